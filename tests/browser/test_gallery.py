"""The gallery: every section and every form is judged at two widths and in both themes, and photographed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.browser.conftest import Camera, Sandbox, Windows

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

_WIDTHS: Final = (1280, 390)


@pytest.mark.parametrize("width", _WIDTHS)
async def test_every_section_looks_well(
    unmanned: Sandbox, window: Windows, camera: Camera, width: int
) -> None:
    from tests.browser.judges import in_themes, inaccessible, looks_well

    complaints = []
    async with window(width=width) as page:
        sections = await _opened(page, f"{unmanned.url}/gallery")
        async for theme in in_themes(page):
            for section in sections:
                name = f"{await section.get_attribute('id')}-{width}-{theme}"
                await camera(section, name)
                complaints += [f"{name}: {each}" for each in await looks_well(section)]
        complaints += await inaccessible(page, contrast=False)
    assert complaints == []


@pytest.mark.parametrize("width", _WIDTHS)
async def test_every_form_looks_well(unmanned: Sandbox, window: Windows, camera: Camera, width: int) -> None:
    from tests.browser.judges import in_themes, inaccessible, looks_well

    complaints = []
    async with window(width=width) as page:
        for section in await _with_forms(page, unmanned.url):
            await _opened(
                page, f"{unmanned.url}/gallery?only={section}"
            )  # axe looks through all that is there
            for opener in await page.get_by_role("button", name="Open: ").all():
                form = (await opener.inner_text()).removeprefix("Open: ").strip().lower().replace(" ", "-")
                await opener.click()
                dialog = page.get_by_role("dialog")
                async for theme in in_themes(page):
                    name = f"form-{form}-{width}-{theme}"
                    await camera(dialog, name)
                    complaints += [f"{name}: {each}" for each in await looks_well(dialog)]
                complaints += [f"{form}: {each}" for each in await inaccessible(page, within="dialog")]
                await dialog.get_by_role("button", name="Cancel").click()
                await dialog.wait_for(state="hidden")
    assert complaints == []


async def test_a_section_can_be_looked_at_alone(unmanned: Sandbox, window: Windows) -> None:
    async with window() as page:
        [*sections] = await _opened(page, f"{unmanned.url}/gallery")
        name = await sections[1].get_attribute("id")
        [alone] = await _opened(page, f"{unmanned.url}/gallery?only={name}&theme=light")
        assert await alone.get_attribute("id") == name
        assert await page.locator("html").get_attribute("data-theme") == "light"


async def test_what_is_pressed_and_chosen_reaches_no_bot_and_is_told(unmanned: Sandbox) -> None:
    async with unmanned.stranger() as visitor:
        await _opened(visitor.page, f"{unmanned.url}/gallery?only=buttons")
        await visitor.page.get_by_role("article").locator("button[data-custom-id]:enabled").first.click()
        await visitor.notes("A bot would be sent: press")
        await _opened(visitor.page, f"{unmanned.url}/gallery?only=selects")
        await visitor.page.get_by_role("article").get_by_role("combobox", disabled=False).first.click()
        await visitor.page.get_by_role("option").last.click()
        await visitor.notes("A bot would be sent: choose")


async def test_a_form_takes_files_and_choices(unmanned: Sandbox, cats: list[Path]) -> None:
    async with unmanned.stranger() as visitor:
        await _opened(visitor.page, f"{unmanned.url}/gallery?only=forms")
        await visitor.presses("Open: file uploads")
        await visitor.drops(cats[0], on=visitor.dialog.get_by_role("group", name="A picture"))
        await visitor.presses("Submit", on=visitor.dialog)
        await visitor.dialog.get_by_text("Add at least 4 files").wait_for()
        await visitor.drops(*cats[1:], on=visitor.dialog.get_by_role("group", name="Four to ten pictures"))
        await visitor.submits()
        await visitor.notes("A bot would be sent: submit")

        await visitor.presses("Open: menus")
        await visitor.chooses("Black", of="A cat")
        await visitor.chooses("Bo", of="A person")
        await visitor.chooses("Ada", "Bo", of="People or roles")
        await visitor.presses("Submit", on=visitor.dialog)
        await visitor.dialog.get_by_text("Choose at least 1").wait_for()
        await visitor.presses("Cancel", on=visitor.dialog)
        await visitor.dialog.wait_for(state="hidden")


async def _opened(page: Page, url: str) -> list[Locator]:
    """Open the gallery; its sections."""
    await page.goto(url)
    sections = page.get_by_role("main").locator("section")
    await sections.first.wait_for()
    return await sections.all()


async def _with_forms(page: Page, url: str) -> list[str]:
    """The sections that have forms."""
    answer = await page.request.get(f"{url}/gallery.json")
    found = [section["id"] for section in (await answer.json())["sections"] if section["forms"]]
    assert found
    return found
