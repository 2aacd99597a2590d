"""`.env.example` is a page of the settings' own words, and a copy of it can be filled in and used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.process import ROOT
from bot.settings import BadSettings, Settings, load

EXAMPLE = (ROOT / ".env.example").read_text()
ENTRY = re.compile(r"^((?:# .*\n)+)(#?)([A-Z_]+)=(.*)$", re.MULTILINE)


def _said(default: Any) -> str:
    return "" if default is None else ",".join(default) if isinstance(default, tuple) else str(default)


def test_every_setting_stands_in_the_example_with_its_description_and_its_default() -> None:
    shown = {
        name: (" ".join(line.removeprefix("# ") for line in text.splitlines()), bool(commented), value)
        for text, commented, name, value in ENTRY.findall(EXAMPLE)
    }
    expected = {
        name.upper(): (
            field.description,
            not field.is_required(),
            "" if field.is_required() or field.default_factory else _said(field.default),
        )
        for name, field in Settings.model_fields.items()
    }

    assert shown == expected


def test_what_is_required_comes_first() -> None:
    names = [name.lower() for _, _, name, _ in ENTRY.findall(EXAMPLE)]
    required = [Settings.model_fields[name].is_required() for name in names]

    assert required == sorted(required, reverse=True)


def test_an_unfilled_copy_is_refused_by_name_and_a_filled_one_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(EXAMPLE)
    with pytest.raises(BadSettings, match=r"DISCORD_TOKEN is not set; ENCRYPTION_KEYS is not set"):
        load()

    (tmp_path / ".env").write_text(re.sub(r"^([A-Z_]+)=$", r"\1=something", EXAMPLE, flags=re.MULTILINE))
    assert load().discord_token.get_secret_value() == "something"


def test_every_default_shown_can_be_uncommented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", "something")
    monkeypatch.setenv("ENCRYPTION_KEYS", "something")
    monkeypatch.chdir(tmp_path)
    plain = load()
    (tmp_path / ".env").write_text(re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE, flags=re.MULTILINE))

    assert load() == plain
