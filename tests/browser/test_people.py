"""Several people in one world: who sees what, who may do what, and the app that is carried along."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.conftest import Sandbox

_EPHEMERAL = "Only you can see this"


async def test_what_only_one_person_sees_no_other_does(visited: Sandbox) -> None:
    async with visited.visitor("Ada") as ada, visited.visitor("Bo") as bo:
        await ada.types_command("/help")
        await ada.sees(_EPHEMERAL)
        await ada.says("good morning")
        await bo.sees("good morning")
        assert await bo.counts(_EPHEMERAL) == 0
        await ada.looks_as("Bo")
        await ada.sees("good morning")
        assert await ada.counts(_EPHEMERAL) == 0
        await ada.looks_as("Ada")
        await ada.sees(_EPHEMERAL)


async def test_a_stranger_carries_the_app_along_and_paints_where_the_bot_is_not(visited: Sandbox) -> None:
    key = visited.world.novita.key("Cy", balance_usd=10)
    async with visited.visitor("Cy") as cy, visited.visitor("Ada") as ada:
        await cy.opens("#chat", server="Elsewhere")
        await cy.types_command("/key set", provider="novita")
        await cy.fills({"API key": key})
        await cy.submits()
        await cy.sees("key works")
        await cy.types_command("/imagine", prompt="a harbour")

        await ada.opens("#chat", server="Elsewhere")
        assert await ada.counts("key works") == 0
        await ada.types("/")
        await ada.page.get_by_text("Open your own menu (bottom left)").wait_for()
        await ada.presses("Carry Easel along", on=ada.page.get_by_role("main"))
        await ada.box.fill("/he")
        await ada.listed("Commands", "/help")

        painted = await cy.sees(re.compile("a harbour.*result of", re.DOTALL))
        await painted.get_by_role("img").wait_for()


async def test_a_message_and_a_person_have_menus(visited: Sandbox) -> None:
    async with visited.visitor("Ada") as ada, visited.visitor("Bo") as bo:
        await ada.says("a word too many")
        await ada.right_clicks(await ada.sees("a word too many"), choose="Copy text")
        await ada.notes("The text is copied")
        assert await ada.page.evaluate("navigator.clipboard.readText()") == "a word too many"

        await bo.right_clicks(await bo.sees("a word too many"), choose="Delete message")
        await ada.sees_no("a word too many")

        await ada.types_command("/help")
        await ada.right_clicks(await ada.sees(_EPHEMERAL), choose="Dismiss message")
        await ada.sees_no(_EPHEMERAL)

        members = ada.page.get_by_role("complementary", name="Members")
        await ada.right_clicks(members.get_by_role("button", name="Easel"), choose="Message")
        await ada.page.get_by_role("textbox", name="Message @Easel").wait_for()


async def test_on_a_narrow_screen_everything_is_at_hand(visited: Sandbox, cats: list[Path]) -> None:
    from tests.browser.judges import looks_well

    async with visited.visitor("Bo", width=390, height=700) as bo:
        await bo.opens("#lounge")
        await bo.box.click()
        await bo.pastes(cats[1])
        await bo.page.get_by_role("list", name="Attachments").get_by_text("image.png").wait_for()
        await bo.says("my cat")
        shown = await bo.sees("my cat")
        await shown.get_by_role("img").wait_for()
        assert await looks_well(bo.page.locator("body")) == []
        await bo.opens("@Easel", server="Private messages")
        await bo.types_command("/status")
        await bo.sees(re.compile("no jobs|nothing", re.IGNORECASE))
        await bo.panel.opens("Jobs")
        await bo.panel.closes()


async def test_a_window_remembers_its_person_its_place_and_its_theme(visited: Sandbox) -> None:
    async with visited.visitor("Bo") as bo:
        await bo.opens("#lounge")
        await bo.presses("Switch to the light theme")
        await bo.page.reload()
        await bo.page.get_by_role("textbox", name="Message #lounge").wait_for()
        await bo.page.get_by_role("button", name=re.compile("^Look as somebody else; you are Bo")).wait_for()
        await bo.page.get_by_role("button", name="Switch to the dark theme").wait_for()
