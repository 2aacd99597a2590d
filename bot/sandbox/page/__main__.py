"""`make sandbox`: the world, the real bot in it, and the page to look at both, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import shutil
import signal
import sys
import webbrowser
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Final

from bot.sandbox.page.behind import Behind
from bot.sandbox.page.server import PORT, PageServer, PortTaken
from bot.sandbox.page.street import PACES, open_street
from bot.sandbox.process import ROOT
from bot.sandbox.terminal import Terminal
from bot.sandbox.world import NotStarted, World

FOLDER: Final = ROOT / "demo" / "sandbox"
MARK: Final = "made-by-easel-sandbox"
"""The file in a folder that says that everything in it may be thrown away."""

_LAST_PORT: Final = 65_535
_LOG_LINES: Final = 15


class NotOpened(Exception):
    """Why there is no sandbox, as a sentence."""


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.page", description=__doc__)
    parser.add_argument("--port", type=_port, help=f"where the page is (usually {PORT}, or a free one)")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    parser.add_argument("--pace", choices=sorted(PACES), default="calm", help="how long the provider takes")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where it writes; emptied at the start")
    return parser.parse_args(given)


def _port(given: str) -> int:
    if not (given.isascii() and given.isdigit() and int(given) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"{given} is no port: they go from 0, for any, to {_LAST_PORT}")
    return int(given)


async def run(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """The sandbox, from its start until somebody ends it. NotOpened when it cannot start."""
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    folder = arguments.folder.absolute()
    async with AsyncExitStack() as stack:
        stack.enter_context(_own(folder))
        street = await stack.enter_async_context(open_street(folder, pace=PACES[arguments.pace]))
        server = PageServer(street, behind=Behind(street.world), port=arguments.port)
        try:
            await stack.enter_async_context(server)
        except PortTaken as taken:
            raise NotOpened(f"{taken} Choose another one with --port, or none.") from taken
        terminal.says("The bot starts …")
        if not await _before(ended, bot_started(street.world)):
            return
        _greet(terminal, server.url)
        if not arguments.no_open and _has_screen():
            await asyncio.to_thread(webbrowser.open, server.url)
        await ended.wait()
        terminal.says("\nThe sandbox closes.")


async def _before(ended: asyncio.Event, starting: Coroutine[None, None, None]) -> bool:
    """Wait for the start; False when it was all ended before."""
    task = asyncio.create_task(starting)
    ending = asyncio.create_task(ended.wait())
    try:
        await asyncio.wait({task, ending}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        return not ended.is_set()
    finally:
        for each in (task, ending):
            each.cancel()
        await asyncio.gather(task, ending, return_exceptions=True)


async def bot_started(world: World) -> None:
    """Start the bot. NotOpened, with the end of its log, when it ends at once or does not come."""
    try:
        await world.started()
    except NotStarted as failed:
        raise NotOpened(f"{failed} Its log ends so:\n{_end(world.bot.log)}") from failed


def _end(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"  {line}" for line in lines[-_LOG_LINES:]) or "  (it is empty)"


@contextmanager
def _own(folder: Path) -> Iterator[None]:
    """An empty folder, kept from other sandboxes meanwhile. What no sandbox made is not thrown away."""
    if folder.exists() and not folder.is_dir():
        raise NotOpened(f"{folder} is no folder.")
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    if any(folder.iterdir()) and not mark.exists():
        raise NotOpened(f"{folder} holds something that no sandbox made; choose another --folder.")
    with mark.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NotOpened(f"A sandbox is open in {folder} already; choose another --folder.") from error
        for each in folder.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            elif each != mark:
                each.unlink()
        yield


def _has_screen() -> bool:
    return not sys.platform.startswith("linux") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _greet(terminal: Terminal, url: str) -> None:
    terminal.says(f"Easel's sandbox is open at {url}")
    terminal.says(
        "Open “Behind the scenes”, then “Open an account”: paste the key that it gives into the form of /key set.\n"
        "Type /train subject; drop pictures of your own on the page, or take sample ones (“Take some”, or with +).\n"
        "Send it, and paint with /imagine when it is ready.\n"
        "Then look as Bo or Cy, switch a fault on, or kill the bot in the middle of it. Ctrl-C closes everything."
    )


def main(given: Sequence[str] | None = None) -> int:
    """0 when it was opened and closed again, 1 with a sentence when it could not be."""
    terminal = Terminal(sys.stdout)
    try:
        asyncio.run(run(_arguments(given), terminal))
    except (NotOpened, OSError) as error:
        terminal.ill(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
