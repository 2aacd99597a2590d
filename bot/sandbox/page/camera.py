"""`make pictures`: the README's screenshots and its short moving picture, taken of the page while a visitor uses it.

Everything in them is real: the bot, the sandbox, the page, a browser. Nothing is checked here; that is for the tests.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image

from bot.sandbox.novita import Pace
from bot.sandbox.page.behind import Behind
from bot.sandbox.page.browser import Browser, NoBrowser, Theme, open_browser
from bot.sandbox.page.server import PageServer
from bot.sandbox.page.street import open_street
from bot.sandbox.page.visitor import Visitor
from bot.sandbox.pictures import training_pictures
from bot.sandbox.process import ROOT
from bot.sandbox.terminal import Terminal

ALBUM: Final = ROOT / "bot" / "sandbox" / "album"
_PACE: Final = Pace(
    queue_seconds=2, training_seconds=16, deploying_seconds=1, paint_queue_seconds=0.5, painting_seconds=3
)
_WIDE: Final = (1280, 760)
_WIDEST: Final = (1500, 860)
_FILM: Final = (1000, 760)
_NARROW: Final = (390, 780)
_PERCENT: Final = re.compile(r"Training.*%", re.DOTALL)
_PROMPT: Final = "mara on an island at sunset"
_WITHIN: Final = 90.0


@dataclass(slots=True)
class Film:
    """Pictures that follow each other. `seconds` is how long each is looked at."""

    pictures: list[Image.Image] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, png: bytes, *, seconds: float) -> None:
        """The next picture; one that looks like the last only stays longer."""
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        if self.pictures and self.pictures[-1].tobytes() == picture.tobytes():
            self.seconds[-1] += seconds
            return
        self.pictures.append(picture)
        self.seconds.append(seconds)

    def write(self, path: Path) -> None:
        """An animated WebP, which every browser shows; without loss, as what moves would leave its traces."""
        first, *rest = self.pictures
        milliseconds = [round(1000 * each) for each in self.seconds]
        first.save(
            path,
            save_all=True,
            append_images=rest,
            duration=milliseconds,
            loop=0,
            lossless=True,
            quality=80,
            method=6,
        )


class Camera:
    """Somebody who uses the page and takes pictures meanwhile."""

    def __init__(self, visitor: Visitor, album: Path) -> None:
        self._visitor = visitor
        self._album = album
        self.film = Film()

    async def shot(self, name: str) -> None:
        """A picture of the window, as a file of this name."""
        await self._settled()
        png = await self._visitor.page.screenshot()
        await asyncio.to_thread(_written, png, self._album / f"{name}.webp")

    async def frame(self, *, seconds: float = 1.2) -> None:
        """The film's next picture."""
        await self._settled()
        self.film.add(await self._visitor.page.screenshot(), seconds=seconds)

    async def frames(self, text: str, *, every: float = 2, seconds: float = 0.5) -> None:
        """Pictures again and again until a message with this text is there."""
        async with asyncio.timeout(_WITHIN):
            while not await self._visitor.counts(text):
                await self.frame(seconds=seconds)
                await asyncio.sleep(every)
        await self.frame(seconds=1.6)

    async def _settled(self) -> None:
        await self._visitor.page.mouse.move(0, 0)
        await self._visitor.page.evaluate(
            "Promise.all([...document.images].map((each) => each.decode().catch(() => null)))"
        )


def _written(png: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(png)).convert("RGB").save(path, quality=82, method=6)


async def story(camera: Camera, visitor: Visitor, pictures: Sequence[Path]) -> None:
    """A key, a training from dropped pictures that the bot is killed in, and a painting; all of it filmed."""
    panel = visitor.panel
    await panel.opens("Now")
    await panel.presses("Open an account")
    await panel.presses("Copy the key")
    key = await visitor.page.evaluate("navigator.clipboard.readText()")
    await camera.frame(seconds=2)
    await panel.closes()
    await visitor.types_command("/key set", provider="Novita", send=False)
    await camera.frame()
    await visitor.sends("/key set")
    await visitor.fills({"API key": key})
    await camera.frame(seconds=1.5)
    await visitor.submits()
    await visitor.sees("stored")
    await camera.frame(seconds=1.8)
    await visitor.types_command("/train subject", files=pictures, send=False, name="mara")
    await camera.frame(seconds=2.4)
    await camera.shot("train")
    await visitor.sends("/train subject")
    await visitor.sees(_PERCENT)
    await camera.frame(seconds=1.5)
    await panel.opens("Now")
    await panel.presses("Kill")
    await panel.sees("Start")
    await camera.frame(seconds=1.8)
    await panel.presses("Start")
    await panel.sees("Kill")
    await camera.frame()
    await panel.closes()
    await camera.frames("mara is ready")
    await visitor.types_command("/imagine", send=False, prompt=_PROMPT, lora="mara", seed="4242")
    await camera.frame(seconds=2)
    await visitor.sends("/imagine")
    await camera.frames(f"{_PROMPT} dreamshaper", every=1)
    await camera.frame(seconds=4)
    await camera.shot("result")


async def behind(camera: Camera, visitor: Visitor) -> None:
    """What the bot and the provider said to each other meanwhile."""
    await visitor.panel.opens("Provider")
    await camera.shot("behind")


@asynccontextmanager
async def _studio(
    browser: Browser, url: str, *, size: tuple[int, int], theme: Theme
) -> AsyncIterator[Visitor]:
    width, height = size
    async with browser.window(theme=theme, width=width, height=height, within=30) as (page, misdeeds):
        visitor = Visitor(page, misdeeds)
        await visitor.visits(url)
        yield visitor


async def taken(album: Path) -> None:
    """Take every picture. Errors: whatever did not happen in time."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pictures = await asyncio.to_thread(training_pictures, "marmalade cat", 6, folder / "mara", size=512)
        browser = await stack.enter_async_context(open_browser())
        street = await stack.enter_async_context(open_street(folder / "world", pace=_PACE))
        server = await stack.enter_async_context(PageServer(street, behind=Behind(street.world), port=0))
        await street.world.started()
        async with _studio(browser, server.url, size=_FILM, theme="dark") as visitor:
            camera = Camera(visitor, album)
            await story(camera, visitor, pictures)
            await asyncio.to_thread(camera.film.write, album / "story.webp")
        async with _studio(browser, server.url, size=_WIDE, theme="light") as visitor:
            await Camera(visitor, album).shot("light")
        async with _studio(browser, server.url, size=_WIDEST, theme="dark") as visitor:
            await behind(Camera(visitor, album), visitor)
        async with _studio(browser, server.url, size=_NARROW, theme="dark") as visitor:
            await Camera(visitor, album).shot("narrow")


def main() -> int:
    """0 when the album is new, 1 with a sentence where there is no browser."""
    terminal = Terminal()
    try:
        asyncio.run(taken(ALBUM))
    except NoBrowser as error:
        terminal.ill(str(error))
        return 1
    terminal.says(f"The pictures are in {ALBUM.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
