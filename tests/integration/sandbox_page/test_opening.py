"""`make sandbox`: it opens with the real bot in it, is used through its socket, and closes; or says why not."""

from __future__ import annotations

import asyncio
import fcntl
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox.page.__main__ import MARK, NotOpened, bot_started, main
from bot.sandbox.page.behind import Behind
from bot.sandbox.page.server import PageServer
from bot.sandbox.page.street import furnished
from bot.sandbox.pictures import training_pictures
from bot.sandbox.process import ROOT
from bot.sandbox.world import open_world
from tests.acceptance.habits import nothing_failed, nothing_leaked
from tests.integration.sandbox_page.looker import Json, Looker, looking


@asynccontextmanager
async def sandbox(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str, list[str]]]:
    """The program as it is started by hand: its process, its address, and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox.page", "--no-open", "--pace", "quick", "--port", "0"),
        *("--folder", str(folder)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    said: list[str] = []
    try:
        async with asyncio.timeout(60):
            while not (said and "Ctrl-C" in said[-1]):
                line = await process.stdout.readline()
                assert line, said
                said.append(line.decode())
        (url,) = re.findall(r"http://127\.0\.0\.1:\d+", "".join(said))
        yield process, url, said
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_it_opens_says_what_to_try_and_closes_without_a_word_too_many(
    tmp_path: Path, how: signal.Signals
) -> None:
    (tmp_path / MARK).touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "of an earlier one").touch()
    async with sandbox(tmp_path) as (process, url, said), looking(url) as window:
        assert not (tmp_path / "data" / "of an earlier one").exists()
        assert "Behind the scenes" in "".join(said)
        place = window.world["guilds"][0]["channels"][0]["id"]
        assert (await window.ask("commands", channel=place))["commands"]
        await window.ask("watch", on=True)
        process.send_signal(how)
        assert process.stdout is not None
        rest = await asyncio.wait_for(process.stdout.read(), 10)
        assert await process.wait() == 0
        assert rest.decode().split("\n") == ["", "The sandbox closes.", ""]


def test_a_folder_that_is_somebody_elses_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = tmp_path / "letter.txt"
    letter.touch()
    for folder in (tmp_path, letter):
        assert main(["--no-open", "--folder", str(folder)]) == 1
    said = capsys.readouterr().out
    assert f"{tmp_path} holds something that no sandbox made; choose another --folder." in said
    assert f"{letter} is no folder." in said
    assert letter.exists()


def test_a_folder_of_an_open_sandbox_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "easel.db").touch()
    with (tmp_path / MARK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert main(["--no-open", "--folder", str(tmp_path)]) == 1
    assert "is open" in capsys.readouterr().out
    assert (tmp_path / "easel.db").exists()


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--no-open", "--folder", str(tmp_path / "new"), "--port", str(port)]) == 1
    assert (
        f"Port {port} is taken by another program. Choose another one with --port" in capsys.readouterr().out
    )


@pytest.mark.parametrize("port", ["65536", "-1", "x"])
def test_what_is_no_port_is_a_sentence(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--port", port])
    assert f"{port} is no port: they go from 0, for any, to 65535" in capsys.readouterr().err


async def test_a_bot_that_ends_at_once_shows_the_end_of_its_log(tmp_path: Path) -> None:
    async with open_world(tmp_path, environment={"ENCRYPTION_KEYS": "no key"}) as world:
        with pytest.raises(NotOpened, match="ended instead of starting") as refused:
            await bot_started(world)
    assert "ENCRYPTION_KEYS" in str(refused.value)


async def test_somebody_trains_and_paints_through_the_socket_while_the_bot_is_killed(tmp_path: Path) -> None:
    async with (
        open_world(tmp_path, preloaded=True, moved=True) as world,
        PageServer(furnished(world), behind=Behind(world), port=0) as server,
        looking(server.url) as ada,
        looking(server.url, world.bo.id) as bo,
    ):
        await ada.ask("bot", what="start")
        await ada.hears("world", lambda told: told["app"]["online"])
        place = {"channel": str(world.channel.id)}
        form = await ada.ask("run", command="/key set", options={"provider": "novita"}, **place)
        key = (await ada.ask("key"))["key"]
        await ada.ask("submit", interaction=form["interaction"], fields={"key": key})
        await ada.hears("message", lambda told: not told["new"])
        files = training_pictures("marmalade cat", 5, tmp_path)
        words = [await ada.puts(each.name, each.read_bytes()) for each in files]
        pictures = {f"picture{number}": {"file": word} for number, word in enumerate(words, 1)}
        await ada.ask("run", command="/train subject", options={"name": "mara"} | pictures, **place)
        card = await worded(bo, "mara")
        assert card["page"]["asked"] == {"user": str(world.ada.id), "name": "/train subject"}
        await ada.ask("bot", what="kill")
        await ada.hears("world", lambda told: told is ada.world and not told["app"]["online"])
        await ada.ask("bot", what="start")
        await worded(ada, "is ready")
        offered = await ada.ask("complete", command="/imagine", option="lora", text="ma", **place)
        lora = offered["choices"][0]["value"]
        await ada.ask("run", command="/imagine", options={"prompt": "a cat", "lora": lora}, **place)
        picture = await ada.hears("message", lambda told: told["message"]["attachments"], within=60)
        async with ada.http.get(picture["message"]["attachments"][0]["url"]) as response:
            assert response.status == 200
        await ada.nothing_more()
        await bo.nothing_more()
        assert "form:key" not in str(bo.told)
        nothing_leaked(world)
        nothing_failed(world)


async def worded(window: Looker, words: str) -> Json:
    """The newest message told whose JSON holds these words."""
    told = await window.hears("message", lambda each: words in str(each["message"]), within=60)
    message: Json = told["message"]
    return message
