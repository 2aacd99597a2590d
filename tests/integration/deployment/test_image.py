"""The image: what the Dockerfile says is carried out, and the bot runs in what comes of it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import tomllib
from pathlib import Path

import aiohttp
import pytest

from bot import __version__
from bot.sandbox.process import ROOT
from bot.sandbox.world import World, open_world
from tests.integration.deployment.dockerfile import Ignored, context, parse
from tests.integration.deployment.image import Image

pytestmark = [pytest.mark.xdist_group("image"), pytest.mark.timeout(240)]


def test_the_context_holds_what_the_bot_runs_on_and_nothing_of_the_sandbox() -> None:
    given = [str(path) for path in context(ROOT, Ignored((ROOT / ".dockerignore").read_text()))]

    assert {"requirements.txt", "bot/__main__.py", "cogs/train.py", "migrations/env.py"} <= set(given)
    assert {path.split("/")[0] for path in given} == {
        "requirements.txt",
        "LICENSE",
        "bot",
        "cogs",
        "migrations",
    }
    assert not [path for path in given if "sandbox" in path or path.endswith(".pyc")]


def test_it_runs_as_a_numbered_user_and_tells_the_engine_how_it_is_stopped_and_asked() -> None:
    arguments, stages = parse((ROOT / "Dockerfile").read_text())
    final = stages[-1]

    assert {stage.base for stage in stages} == {f"python:{arguments['PYTHON']}-slim"}
    assert final.one("USER").rest == "10001:10001"
    assert "--uid 10001" in final.one("RUN").rest
    assert "--owner=10001" in final.one("RUN").rest
    assert final.one("STOPSIGNAL").rest == "SIGTERM"
    assert final.one("HEALTHCHECK").rest == 'CMD ["python", "-m", "bot", "health"]'
    assert [step.flags["from"] for step in final.all("COPY")] == ["build", "build"]


def test_the_image_the_project_and_the_changelog_name_the_version_of_the_code() -> None:
    label = parse((ROOT / "Dockerfile").read_text())[1][-1].one("LABEL").words
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert f"org.opencontainers.image.version={__version__}" in label
    assert project["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_only_pinned_wheels_are_installed_and_none_for_development() -> None:
    _, stages = parse((ROOT / "Dockerfile").read_text())
    installing = [step.rest for step in stages[0].all("RUN") if " install " in step.rest]

    assert len(installing) == 1
    assert "--require-hashes --only-binary :all: -r requirements.txt" in installing[0]
    assert "pytest" not in (ROOT / "requirements.txt").read_text()


def test_compose_takes_away_what_a_bot_does_not_need() -> None:
    said = (ROOT / "compose.yaml").read_text()

    for line in (
        "read_only: true",
        "no-new-privileges:true",
        "restart: unless-stopped",
        "stop_grace_period: 30s",
        "env_file: .env",
        "- data:/data",
        "- /tmp:",
    ):
        assert line in said
    assert "cap_drop:\n      - ALL" in said


def test_no_module_of_the_bot_comes_from_the_sandbox(image: Image) -> None:
    """Every module is imported where the sandbox does not exist."""
    code = (
        "import importlib, pkgutil, bot, cogs\n"
        "names = [m.name for p in (bot, cogs) for m in pkgutil.walk_packages(p.__path__, p.__name__ + '.')]\n"
        "[importlib.import_module(name) for name in names if name != 'bot.__main__']\n"
        "print(len(names), any('sandbox' in name for name in names))"
    )
    done = subprocess.run(
        image.process(["python", "-W", "error", "-c", code]),
        cwd=image.folder,
        env=image.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    modules, sandbox = done.stdout.split()
    assert int(modules) > 50
    assert sandbox == "False"


async def test_the_bot_runs_in_it_answers_people_and_writes_to_its_volume_alone(
    image: Image, tmp_path: Path
) -> None:
    before = image.written()
    async with open_world(tmp_path) as world:
        environment = _environment(image, world)
        process = await _started(image, environment, log=tmp_path / "image.log")
        try:
            await world.discord.registered("imagine")
            await world.discord.gateway.connected()
            await _answers(f"http://127.0.0.1:{environment['HTTP_PORT']}/ready")
            await world.has_key(world.ada)
            assert await _ran(image, image.health, environment) == (0, '{"poller": true}\n')
            code, said = await _ran(image, ["python", "-m", "bot", "doctor"], environment)
            assert code == 0, said
            if os.getuid() == 0:
                assert os.stat(f"/proc/{process.pid}").st_uid == image.user
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 15) == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert await _ran(image, image.health, environment) != (0, '{"poller": true}\n')
    assert (image.root / "data" / "easel.db").exists()
    assert image.written() == before


def _environment(image: Image, world: World) -> dict[str, str]:
    """What compose would pass on, to a world on loopback."""
    outside = ("DISCORD_TOKEN", "DISCORD_API_URL", "DISCORD_CDN_HOSTS", "NOVITA_URL", "ENCRYPTION_KEYS")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = world.bot.environment
    return {**image.environment, **{name: given[name] for name in outside}, "HTTP_PORT": str(port)}


async def _started(image: Image, environment: dict[str, str], *, log: Path) -> asyncio.subprocess.Process:
    with log.open("wb") as out:
        return await asyncio.create_subprocess_exec(
            *image.process(image.command), cwd=image.folder, env=environment, stdout=out, stderr=out
        )


async def _ran(image: Image, command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *image.process(command),
        cwd=image.folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def _answers(address: str, *, within: float = 20) -> None:
    """Wait until it answers 200."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(within):
        while True:
            async with session.get(address) as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.05)
