"""Discord's markdown as the page draws it: every case, in the browser."""

from __future__ import annotations

from tests.browser.conftest import Sandbox, Windows
from tests.browser.logic.modules import visit_bare
from tests.browser.markdown_cases import CASES, DRAW, WORLD


async def test_every_case_is_drawn_as_it_should_be(unmanned: Sandbox, window: Windows) -> None:
    wrong = []
    async with window() as page:
        await visit_bare(page, unmanned.url)
        for text, expected in CASES:
            drawn = await page.evaluate(DRAW, [text, WORLD])
            if drawn != expected:
                wrong.append((text, drawn, expected))
    assert wrong == []
