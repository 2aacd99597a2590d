"""The README's story in the page: a key, a training that survives a crash, paintings; and one that is cancelled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sandbox.novita import Pace
from tests.browser.conftest import Camera, Sandbox

if TYPE_CHECKING:
    from bot.sandbox.page.visitor import Visitor


async def test_a_training_survives_a_crash_and_is_painted_with(
    visited: Sandbox, cats: list[Path], camera: Camera
) -> None:
    visited.world.novita.pace = Pace(
        queue_seconds=0, training_seconds=7, deploying_seconds=0.5, painting_seconds=0.2
    )
    async with visited.visitor("Ada") as ada:
        await ada.panel.opens("Now")
        await ada.panel.presses("Open an account")
        await ada.panel.presses("Copy the key")
        await ada.notes("The key is copied")
        await ada.panel.closes()
        await ada.types_command("/key set", provider="novita")
        await ada.field("API key").click()
        await ada.strikes("ControlOrMeta+V")
        await ada.submits()
        await ada.sees("key works")
        await ada.types_command("/train subject", files=cats, name="mara")
        await ada.sees("Learning mara")
        await ada.sees(re.compile("▰.*%"))

        panel = await ada.panel.opens("Now")
        await ada.panel.presses("Kill")
        await ada.panel.sees("Not running")
        await ada.panel.presses("Start")
        await ada.panel.sees(re.compile("^Connected"))
        await ada.panel.opens("Jobs")
        await panel.get_by_text("mara").first.wait_for()
        await ada.sees("mara is ready")
        await ada.panel.closes()
        assert visited.world.novita.orders == 1

        await ada.types_command("/imagine", send=False, prompt="a cat on the moon")
        await ada.fills_option("/imagine", "lora", "ma", pick=False)
        assert await ada.offered() == ["mara"]
        await ada.picks("mara")
        await ada.sends("/imagine")
        painted = await ada.sees(re.compile("a cat on the moon.*result of", re.DOTALL))
        await painted.get_by_role("img").click()
        await ada.dialog.get_by_role("img").wait_for()
        assert await _drawn(ada) == (512, 512)
        await camera(ada.page.locator("body"), "lightbox")
        await ada.strikes("Escape")
        await ada.dialog.wait_for(state="hidden")
        assert await ada.counts("mara is ready") == 1, "a training arrived twice"


async def test_a_training_is_cancelled_while_its_pictures_are_on_their_way(
    visited: Sandbox, cats: list[Path]
) -> None:
    world = visited.world
    await world.has_key(world.ada)
    async with visited.visitor("Ada") as ada:
        await ada.panel.flips("Downloads do not come")
        await ada.panel.closes()
        await ada.types_command("/train subject", files=cats[:4], send=False, name="tom")
        await ada.pastes(cats[1])
        await ada.form("/train subject").get_by_text("image.png").wait_for()
        await ada.sends("/train subject")
        await ada.presses("Cancel", on="Learning tom")
        await ada.sees("Nothing was paid")
        await ada.panel.flips("Downloads do not come")
    assert world.novita.orders == 0


async def test_all_of_it_can_be_done_by_keyboard(visited: Sandbox) -> None:
    key = visited.world.novita.key("Ada", balance_usd=10)
    async with visited.visitor("Ada") as ada:
        await ada.types("/key set")  # whatever is typed goes into the message box
        await ada.listed("Commands", "/key set")
        await ada.strikes("Enter")
        await ada.form("/key set").wait_for()
        await ada.types("provider:")
        await ada.listed("Options", "Novita")
        await ada.strikes("Enter", "Enter")
        await ada.field("API key").wait_for()
        await ada.types(key)
        await ada.strikes("Enter")
        await ada.sees("key works")

        await ada.types("/imagine ")
        await ada.form("/imagine").wait_for()
        await ada.types("a lighthouse")
        await ada.strikes("Tab")
        await ada.types("count:2")
        await ada.strikes("Enter")
        painted = await ada.sees(re.compile("a lighthouse.*result of", re.DOTALL))
        await painted.get_by_role("img").nth(1).wait_for()
        await ada.strikes("Shift+F6", "ArrowUp", "Tab")
        await ada.tabs_to(painted.get_by_role("button").filter(has=ada.page.get_by_role("img")).first)
        await ada.strikes("Enter", "ArrowRight")
        await ada.dialog.get_by_text("2 of 2").wait_for()
        await ada.strikes("Escape")
        await ada.dialog.wait_for(state="hidden")


async def _drawn(visitor: Visitor) -> tuple[int, int]:
    """The measures of the picture that lies over the page."""
    image = visitor.dialog.get_by_role("img")
    wide, high = await image.evaluate(
        "async (img) => { await img.decode(); return [img.naturalWidth, img.naturalHeight]; }"
    )
    return wide, high
