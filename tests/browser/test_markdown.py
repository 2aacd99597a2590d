"""Discord's markdown as the page draws it: every case, in the browser."""

from __future__ import annotations

from typing import Final

from tests.browser.conftest import Sandbox, Windows
from tests.browser.markdown_cases import CASES, DRAW, WORLD

_PAGE: Final = """<!doctype html><title>Markdown</title><link rel="icon" href="data:,"><script type="importmap">
  {"imports": {"preact": "/static/vendor/preact.mjs", "preact/hooks": "/static/vendor/preact-hooks.mjs",
               "htm": "/static/vendor/htm.mjs"}}</script>"""


async def test_every_case_is_drawn_as_it_should_be(unmanned: Sandbox, window: Windows) -> None:
    wrong = []
    async with window() as page:
        address = f"{unmanned.url}/markdown"  # the page's modules, without the page
        await page.route(address, lambda route: route.fulfill(body=_PAGE, content_type="text/html"))
        await page.goto(address)
        for text, expected in CASES:
            drawn = await page.evaluate(DRAW, [text, WORLD])
            if drawn != expected:
                wrong.append((text, drawn, expected))
    assert wrong == []
