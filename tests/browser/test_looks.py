"""The page as it looks, moment by moment, at two widths and in both themes: judged, and tried with axe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.acceptance.scenes import owns_lora
from tests.browser.conftest import Camera, Sandbox

if TYPE_CHECKING:
    from bot.sandbox.page.visitor import Visitor

_TABS = ("Now", "Jobs", "Provider", "Discord", "Faults", "Log")


@pytest_asyncio.fixture(loop_scope="session")
async def lived_in(visited: Sandbox, cats: list[Path]) -> AsyncIterator[Sandbox]:
    """A world in which something has happened: a LoRA, two pictures, words and a file."""
    ada = visited.world.ada
    await visited.world.has_key(ada)
    await owns_lora(visited.world, ada, "mara", cats)
    painting = await ada.runs("/imagine", prompt="a cat in a harbour", lora="mara", count=2)
    await painting.answered()
    await ada.sees(lambda message: len(message.attachments) == 2, within=45)
    await ada.says("How do you **like** them?", files=[cats[0]])
    await ada.runs("/help")
    yield visited


@pytest.mark.parametrize("width", [1280, 390])
async def test_every_moment_looks_well(
    lived_in: Sandbox, camera: Camera, cats: list[Path], width: int
) -> None:
    from tests.browser.judges import in_themes, inaccessible, looks_well

    complaints = []
    async with lived_in.visitor("Ada", width=width) as ada:
        async for moment in _moments(ada, cats):
            async for theme in in_themes(ada.page):
                name = f"{moment}-{width}-{theme}"
                body = ada.page.locator("body")
                await camera(body, name)
                complaints += [f"{name}: {each}" for each in await looks_well(body)]
            complaints += [f"{moment}: {each}" for each in await inaccessible(ada.page)]
    assert complaints == []


async def _moments(ada: Visitor, cats: list[Path]) -> AsyncIterator[str]:
    """Go through the page, and stand still where it looks different."""
    await ada.sees("How do you like them?")
    yield "channel"
    await ada.box.fill("/")
    await ada.listed("Commands", "/help")
    yield "commands"
    await ada.box.fill("")
    await ada.types_command("/train subject", files=cats, send=False, name="tom")
    await ada.form("/train subject").get_by_role("progressbar").last.wait_for(state="detached")
    yield "form"
    await ada.fills_option("/train subject", "base_model", "xl", pick=False)
    await ada.offered()
    yield "options"
    await ada.presses("Leave /train subject")
    await ada.types_command("/key set", provider="novita")
    await ada.field("API key").wait_for()
    yield "modal"
    await ada.presses("Cancel", on=ada.dialog)
    painted = await ada.sees("a cat in a harbour")
    await painted.get_by_role("img").first.click()
    await ada.dialog.get_by_role("img").wait_for()
    yield "lightbox"
    await ada.strikes("Escape")
    await painted.click(button="right", position={"x": 100, "y": 5})
    await ada.page.get_by_role("menu").wait_for()
    yield "menu"
    await ada.strikes("Escape")
    for tab in _TABS:
        await ada.panel.opens(tab)
        yield f"panel-{tab.lower()}"
    await ada.panel.closes()
    await ada.opens("#chat", server="Elsewhere")
    await ada.box.fill("/")
    yield "elsewhere"
    await ada.box.fill("")
    await ada.opens("@Easel", server="Private messages")
    yield "private"
    if ada.narrow:
        await ada.opens_drawer()
        yield "drawer"
