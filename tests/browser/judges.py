"""The looks of a page, judged: what overflows, is cut, overlaps, did not load, is too small to hit or breaks WCAG.

Each judge answers its complaints, sentences that name the element; nothing to complain of is an empty list. The
measuring is done in the page by `judges.js`; accessibility and contrast are axe-core's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page

_SCRIPT: Final = Path(__file__).with_name("judges.js").read_text(encoding="utf-8")
_NARROW: Final = 600
_WCAG: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FEW: Final = 4
"""Elements that a complaint of axe's names."""


async def overflowing(root: Locator) -> list[str]:
    """What is wider than the box it is in, or makes the whole page scroll to the side."""
    return await _judged(root, "overflowing")


async def cut(root: Locator) -> list[str]:
    """Text and controls of which an ancestor or the window's edge hides a part."""
    return await _judged(root, "cut")


async def overlapping(root: Locator) -> list[str]:
    """Controls and lines of text that lie over each other, unless one is on a layer (`data-layer`, dialogs, menus)."""
    return await _judged(root, "overlapping")


async def unloaded(root: Locator) -> list[str]:
    """Pictures that are not there, and those drawn in another shape than they have."""
    return await _judged(root, "unloaded")


async def cramped(root: Locator) -> list[str]:
    """Controls smaller than 24×24 pixels; on narrow screens buttons with words, fields and lists lower than 40."""
    wide = await root.page.evaluate("window.innerWidth")
    return await _judged(root, "cramped", {"least": 24, "primary": 40 if wide <= _NARROW else 24})


async def inaccessible(page: Page, *, within: str | None = None) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice, contrast included; `within` is a CSS selector."""
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": _WCAG}}
    results = await Axe().run(page, context=within, options=options)
    return [_violation(each) for each in results.response["violations"]]


async def looks_well(root: Locator) -> list[str]:
    """Every complaint of every judge who measures; axe, who takes his time, is asked apart."""
    judges = (unloaded, overflowing, cut, overlapping, cramped)
    return [f"{judge.__name__}: {complaint}" for judge in judges for complaint in await judge(root)]


async def _judged(root: Locator, judge: str, options: dict[str, Any] | None = None) -> list[str]:
    judges = await root.page.evaluate_handle(_SCRIPT)
    element = await root.element_handle()
    call = f"(judges, [element, options]) => judges.{judge}(element, options ?? {{}})"
    complaints: list[str] = await judges.evaluate(call, [element, options])
    return complaints


def _violation(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    where = "; ".join(" ".join(map(str, node["target"])) + f" ({_reason(node)})" for node in nodes[:_FEW])
    more = f" and {len(nodes) - _FEW} more" if len(nodes) > _FEW else ""
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {where}{more}"


def _reason(node: dict[str, Any]) -> str:
    checks = [*node.get("any", []), *node.get("all", []), *node.get("none", [])]
    return checks[0]["message"] if checks else "no reason given"
