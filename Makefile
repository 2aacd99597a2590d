# `make demo`, `make sandbox` and `make test` need Python 3.11+, git and make, and set themselves up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo sandbox test check pictures format lock clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/.ready: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Easel needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@echo "Setting up $(VENV), once; it takes about a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.ready ## the main job, in a world on loopback, with no account
	@$(BIN)/python -m bot.sandbox.demo

sandbox: $(VENV)/.ready ## the same world in a browser, to use the bot by hand
	@$(BIN)/python -m bot.sandbox.page

test: check ## everything: style, types, the one arrow of imports, and all tests
	$(BIN)/python -m pytest -n 4 --dist loadgroup

check: $(VENV)/.ready ## style, types and imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

pictures: $(VENV)/.ready ## the README's pictures of the sandbox, taken anew
	@$(BIN)/python -m bot.sandbox.page.camera

format: $(VENV)/.ready ## style, applied
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lock: $(VENV)/.ready ## pin what pyproject.toml asks for, with hashes and without addresses
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --group dev -o requirements-dev.txt

clean: ## what was made
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
