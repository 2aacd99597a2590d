"""One browser for all tests in this folder, which run one after the other; windows of it, and what they must not do.

Where `EASEL_SHOTS` names a folder, what the tests look at is photographed into it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import pytest_asyncio

from bot.sandbox.page.behind import Behind
from bot.sandbox.page.server import PageServer
from bot.sandbox.page.street import furnished
from bot.sandbox.pictures import training_pictures
from bot.sandbox.world import World, open_world
from tests.acceptance.habits import nothing_failed, nothing_leaked

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from bot.sandbox.page.browser import Browser, Theme
    from bot.sandbox.page.visitor import Visitor

_HERE = Path(__file__).parent
_STUCK = """
  (position) => {
    for (const each of document.querySelectorAll(".gallery-top")) each.style.position = position;
  }
"""
"""The gallery's bar stays where one looks, and would lie over what is photographed whole."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them share the session's event loop, where the browser lives, and one process."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.xdist_group("browser"))
            if pytest_asyncio.is_async_test(item):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser; without one, tests skip and say why."""
    if not importlib.util.find_spec("playwright"):
        pytest.skip("Playwright is not installed.")
    from bot.sandbox.page.browser import NoBrowser, executable, open_browser

    try:
        executable()
    except NoBrowser as none:
        pytest.skip(str(none))
    async with open_browser() as browser:
        yield browser


class Windows(Protocol):
    """Opens a window: `async with window(theme="light", width=390) as page: …`; in it nothing may go wrong."""

    def __call__(
        self, *, theme: Theme = ..., width: int = ..., height: int = ...
    ) -> AbstractAsyncContextManager[Page]: ...


@pytest.fixture
def window(browser: Browser) -> Windows:
    """Windows in which misdeeds are noted; closing one asserts that there were none."""

    @asynccontextmanager
    async def opened(**how: Any) -> AsyncIterator[Page]:
        async with browser.window(**how) as (page, misdeeds):
            yield page
            assert misdeeds.found == []

    return opened


class Camera(Protocol):
    """Photographs a part of a page, when photographs are wanted: `await camera(part, "trainings-390-dark")`."""

    async def __call__(self, part: Locator, name: str) -> None: ...


@pytest.fixture
def camera() -> Camera:
    """Pictures of parts of pages take a second each; so they are only taken for somebody."""
    folder = os.environ.get("EASEL_SHOTS")

    async def photograph(part: Locator, name: str) -> None:
        if folder is not None:
            await part.page.evaluate(_STUCK, "relative")
            await part.screenshot(path=Path(folder) / f"{name}.png", caret="initial")
            await part.page.evaluate(_STUCK, "")

    return photograph


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The page of a whole world, at an address."""

    world: World
    url: str
    browser: Browser

    @asynccontextmanager
    async def visitor(self, person: str = "Ada", **how: Any) -> AsyncIterator[Visitor]:
        """A window with the page in it, looked at as one person; nothing may go wrong in it."""
        async with self.stranger(**how) as visitor:
            await visitor.visits(self.url)
            if person != "Ada":
                await visitor.looks_as(person)
            yield visitor

    @asynccontextmanager
    async def stranger(self, **how: Any) -> AsyncIterator[Visitor]:
        """A window with nothing in it yet."""
        from bot.sandbox.page.visitor import Visitor

        async with self.browser.window(**how) as (page, misdeeds):
            visitor = Visitor(page, misdeeds)
            try:
                yield visitor
            except Exception:
                sys.stdout.write(await page.locator("body").aria_snapshot())  # shown with a test that fails
                raise
            assert misdeeds.found == []


@asynccontextmanager
async def _served(folder: Path, browser: Browser) -> AsyncIterator[Sandbox]:
    async with (
        open_world(folder, keep_uploads=True, preloaded=True, moved=True) as world,
        PageServer(furnished(world), behind=Behind(world), port=0) as server,
    ):
        yield Sandbox(world, server.url, browser)


@pytest_asyncio.fixture(loop_scope="session")
async def visited(browser: Browser, tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A world with the bot in it, and its page; when a story is over, nothing leaked and nothing failed."""
    async with _served(tmp_path, browser) as sandbox:
        try:
            await sandbox.world.started()
            yield sandbox
            nothing_leaked(sandbox.world)
            nothing_failed(sandbox.world)
        finally:
            sys.stdout.write(sandbox.world.bot.log.read_text())  # shown with a test that fails


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def unmanned(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    """The page of a world whose bot never starts, for what needs none."""
    async with _served(tmp_path_factory.mktemp("unmanned"), browser) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def cats(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five pictures of one cat."""
    return training_pictures("marmalade cat", 5, tmp_path_factory.mktemp("cats"), size=512)
