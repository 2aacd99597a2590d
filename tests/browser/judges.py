"""The looks of a page, judged: what overflows, is cut, overlaps, did not load, is too small to hit or breaks WCAG.

Complaints are sentences that name the element; nothing to complain of is an empty list. The measuring is done in the
page by `judges.js`; accessibility and contrast are axe-core's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page

_SCRIPT: Final = Path(__file__).with_name("judges.js").read_text(encoding="utf-8")
_NARROW: Final = 600
_WCAG: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FEW: Final = 4
"""Elements that a complaint of axe's names."""

JUDGES: Final = ("unloaded", "overflowing", "cut", "overlapping", "cramped", "faint")
"""What is measured.

unloaded     pictures that are not there, and those drawn in another shape than they have
overflowing  what is wider than the box it is in, or makes the whole page scroll to the side
cut          text and controls of which an ancestor or the window's edge hides a part
overlapping  controls and lines of text that lie over each other, unless one is on a layer (`data-layer`, a menu)
cramped      controls smaller than 24×24 pixels; on narrow screens buttons with words, fields and lists lower than 40
faint        words whose colour is too near to the colour behind them (WCAG 2.2 AA)
"""


async def looks_well(root: Locator, *judges: str) -> list[str]:
    """The complaints of these judges, of all when none is named. Axe, which takes its time, is asked apart."""
    wide = await root.page.evaluate("window.innerWidth")
    how = {"names": judges or JUDGES, "least": 24, "primary": 40 if wide <= _NARROW else 24}
    complaints: list[str] = await root.evaluate(_SCRIPT, how)
    return complaints


async def inaccessible(page: Page, *, within: str | None = None, contrast: bool = True) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice; `within` is a CSS selector.

    Four fifths of its time go into contrast, which `faint` measures too: `contrast` False leaves that out.
    """
    options = {
        "resultTypes": ["violations"],
        "runOnly": {"type": "tag", "values": _WCAG},
        "rules": {"color-contrast": {"enabled": contrast}},
        "preload": False,
    }
    results = await Axe().run(page, context=within, options=options)
    return [_violation(each) for each in results.response["violations"]]


async def in_themes(page: Page) -> AsyncIterator[str]:
    """The page in its one theme and its other, whatever is open in it; the name of each."""
    for theme in ("light", "dark"):
        await page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        yield theme


def _violation(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    where = "; ".join(" ".join(map(str, node["target"])) + f" ({_reason(node)})" for node in nodes[:_FEW])
    more = f" and {len(nodes) - _FEW} more" if len(nodes) > _FEW else ""
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {where}{more}"


def _reason(node: dict[str, Any]) -> str:
    checks = [*node.get("any", []), *node.get("all", []), *node.get("none", [])]
    return checks[0]["message"] if checks else "no reason given"
