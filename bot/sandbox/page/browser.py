"""A browser of this machine, headless, for looking at the page: the distribution's Chromium under Playwright.

Nothing is downloaded, and nothing outside loopback can be reached. What a page must not do is noted in `Misdeeds`. What
a person does in the page is in `visitor`; which page it is, no one here knows.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from playwright import async_api as playwright

Theme: TypeAlias = Literal["dark", "light"]

VARIABLE: Final = "EASEL_BROWSER"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--font-render-hinting=none",
)
_REMEMBERED_THEME: Final = """
  if (location.protocol.startsWith("http")) localStorage.theme ??= "THEME";
"""


class NoBrowser(Exception):
    """There is no browser on this machine; the sentence says where it was looked for."""


def executable() -> str:
    """The browser's path: what `EASEL_BROWSER` says, else the first of the usual names on PATH. NoBrowser: none."""
    if chosen := os.environ.get(VARIABLE):
        if found := shutil.which(chosen):
            return found
        raise NoBrowser(f"{VARIABLE} is {chosen}, which cannot be run.")
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    raise NoBrowser(f"No browser: none of {', '.join(_NAMES)} is on PATH, and {VARIABLE} is not set.")


class Misdeeds:
    """What must not happen in a page, in sentences: errors, warnings, what did not arrive, calls to the outside."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._more = asyncio.Event()

    def watch(self, context: playwright.BrowserContext) -> None:
        """Note them for every page of this context from now on."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"error: {error.error}"))
        context.on("request", lambda request: self._called(request.url))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        context.on("page", lambda page: page.on("websocket", lambda socket: self._called(socket.url)))

    async def come(self, part: str, *, within: float = 10) -> None:
        """Wait until one with this in it was noted. TimeoutError: none was."""
        async with asyncio.timeout(within):
            while not any(part in each for each in self.found):
                self._more.clear()
                await self._more.wait()

    def forgive(self, part: str) -> None:
        """Strike out what a story provoked: every sentence with this in it."""
        self.found = [each for each in self.found if part not in each]

    def _note(self, sentence: str) -> None:
        self.found.append(sentence)
        self._more.set()

    def _console(self, message: playwright.ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._note(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _called(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in ("data", "blob", "about") and address.hostname not in _LOOPBACK:
            self._note(f"called outside: {url}")

    def _failed(self, request: playwright.Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page went on, or was closed
            self._note(f"failed: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: playwright.Response) -> None:
        if response.status >= 400:
            self._note(f"refused: {response.request.method} {response.url}: {response.status}")


class Browser:
    """A browser that runs."""

    def __init__(self, driven: playwright.Browser) -> None:
        self._driven = driven

    @asynccontextmanager
    async def window(
        self,
        *,
        theme: Theme = "dark",
        width: int = 1280,
        height: int = 800,
        scale: float = 1,
        within: float = 10,
    ) -> AsyncIterator[tuple[playwright.Page, Misdeeds]]:
        """A window that knows nothing of others: no motion, English, UTC. Nobody waits in it beyond `within` seconds.

        The theme is what the page finds remembered, unless somebody changes it.
        """
        context = await self._driven.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-US",
            timezone_id="UTC",
            permissions=["clipboard-read", "clipboard-write"],
        )
        try:
            context.set_default_timeout(within * 1000)
            await context.add_init_script(_REMEMBERED_THEME.replace("THEME", theme))
            misdeeds = Misdeeds()
            misdeeds.watch(context)
            yield await context.new_page(), misdeeds
        finally:
            await context.close()


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start the browser, and end it. NoBrowser: there is none."""
    path = executable()
    confined = [] if os.geteuid() else ["--no-sandbox"]  # root has no sandbox to go into
    async with playwright.async_playwright() as driver:
        driven = await driver.chromium.launch(executable_path=path, headless=True, args=[*confined, *_FLAGS])
        try:
            yield Browser(driven)
        finally:
            await driven.close()
