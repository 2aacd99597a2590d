"""A window of the browser: what a page must not do is noted and does not happen; it is the same at every run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from aiohttp import web

from tests.browser.conftest import Windows

if TYPE_CHECKING:
    from bot.sandbox.page.browser import Browser


@pytest_asyncio.fixture(loop_scope="session")
async def address() -> AsyncIterator[str]:
    """A page with nothing on it."""

    async def blank(_: web.Request) -> web.Response:
        return web.Response(
            text="<!doctype html><title>Blank</title><link rel=icon href=data:,>", content_type="text/html"
        )

    app = web.Application()
    app.router.add_get("/", blank)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("deed", "noted"),
    [
        ("console.error('oh no')", "console error: oh no"),
        ("console.warn('hm')", "console warning: hm"),
        ("setTimeout(() => { throw new Error('thrown'); })", "error: thrown"),
        ("Promise.reject(new Error('unheard'))", "error: unheard"),
        ("fetch('/nowhere').catch(() => {})", "/nowhere: 404"),
        ("fetch('http://127.0.0.1:1/').catch(() => {})", "failed: GET http://127.0.0.1:1/"),
        ("fetch('http://example.com/').catch(() => {})", "called outside: http://example.com/"),
        ("fetch('http://192.0.2.7/').catch(() => {})", "ERR_NAME_NOT_RESOLVED"),
        (
            "new Image().src = 'https://localhost.example.com/cat.png'",
            "called outside: https://localhost.example",
        ),
        ("new WebSocket('ws://example.com/')", "called outside: ws://example.com/"),
    ],
)
async def test_what_a_page_must_not_do_is_noted(
    browser: Browser, address: str, deed: str, noted: str
) -> None:
    async with browser.window() as (page, misdeeds):
        await page.goto(address)
        assert misdeeds.found == []
        await page.evaluate(f"() => {{ {deed} }}")
        await misdeeds.come(noted)
        misdeeds.found.clear()


async def test_a_window_in_which_something_went_wrong_fails_its_test(window: Windows, address: str) -> None:
    async def erring() -> None:
        async with window() as page:
            await page.goto(address)
            await page.evaluate("console.error('oh no')")

    with pytest.raises(AssertionError, match="oh no"):
        await erring()


async def test_a_window_has_a_theme_a_size_and_no_motion_and_nothing_of_another(
    browser: Browser, address: str
) -> None:
    look = """() => [localStorage.theme, innerWidth, matchMedia("(prefers-reduced-motion)").matches,
                     matchMedia("(prefers-color-scheme: light)").matches, navigator.language,
                     Intl.DateTimeFormat().resolvedOptions().timeZone]"""
    async with browser.window(theme="light", width=390) as (page, _):
        await page.goto(address)
        assert await page.evaluate(look) == ["light", 390, True, True, "en-US", "UTC"]
        await page.evaluate("localStorage.theme = 'dark'")
        await page.reload()
        assert await page.evaluate("localStorage.theme") == "dark", "a theme that was chosen is kept"
    async with browser.window() as (page, _):
        await page.goto(address)
        assert await page.evaluate(look) == ["dark", 1280, True, False, "en-US", "UTC"]


def test_a_browser_that_cannot_be_run_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("playwright")
    from bot.sandbox.page.browser import NoBrowser, executable

    monkeypatch.setenv("EASEL_BROWSER", "/nowhere/netscape")
    with pytest.raises(NoBrowser, match="/nowhere/netscape"):
        executable()
    monkeypatch.delenv("EASEL_BROWSER")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoBrowser, match="chromium"):
        executable()
