"""The gallery: every section and every form is judged at two widths and in both themes, and photographed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.browser.conftest import Camera, Sandbox, Windows

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from bot.sandbox.page.browser import Theme

_THEMES: Final[tuple[Theme, ...]] = ("dark", "light")
_WIDTHS: Final = (1280, 390)


@pytest.mark.parametrize("theme", _THEMES)
@pytest.mark.parametrize("width", _WIDTHS)
async def test_every_section_looks_well(
    unmanned: Sandbox, window: Windows, camera: Camera, width: int, theme: Theme
) -> None:
    from tests.browser.judges import inaccessible, looks_well

    complaints = []
    async with window(width=width, theme=theme) as page:
        for section in await _opened(page, f"{unmanned.url}/gallery"):
            name = await section.get_attribute("id")
            await camera(section, f"{name}-{width}-{theme}")
            complaints += [f"{name}: {each}" for each in await looks_well(section)]
        complaints += await inaccessible(page, contrast=width == _WIDTHS[0])
    assert complaints == []


@pytest.mark.parametrize("theme", _THEMES)
@pytest.mark.parametrize("width", _WIDTHS)
async def test_every_form_looks_well(
    unmanned: Sandbox, window: Windows, camera: Camera, width: int, theme: Theme
) -> None:
    from tests.browser.judges import inaccessible, looks_well

    complaints = []
    async with window(width=width, theme=theme) as page:
        for section in await _with_forms(page, unmanned.url):
            await _opened(
                page, f"{unmanned.url}/gallery?only={section}"
            )  # axe looks through all that is there
            for opener in await page.get_by_role("button", name="Open: ").all():
                name = (await opener.inner_text()).removeprefix("Open: ").strip().lower().replace(" ", "-")
                await opener.click()
                dialog = page.get_by_role("dialog")
                await camera(dialog, f"form-{name}-{width}-{theme}")
                found = await looks_well(dialog)
                found += await inaccessible(page, within="dialog", contrast=width == _WIDTHS[0])
                complaints += [f"{name}: {each}" for each in found]
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


async def test_what_is_pressed_in_the_gallery_reaches_no_bot_and_says_so(
    unmanned: Sandbox, window: Windows
) -> None:
    async with window() as page:
        await _opened(page, f"{unmanned.url}/gallery")
        button = page.get_by_role("article").locator("button[data-custom-id]:enabled").first
        await button.click()
        await page.get_by_role("status").filter(has_text="A bot would be sent: press").wait_for()


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
