"""A visitor of the page: what a person does in it by mouse and keyboard, in the words of the product.

Everything is found as a person finds it, by its role and its name. Nothing is waited for without a deadline; what does
not come in time is a TimeoutError of Playwright's, which names it.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Locator, Page

from bot.sandbox.page.browser import Misdeeds

_NARROW: Final = 760
_PUT_ON_CLIPBOARD: Final = """
  async (png) => {
    const bytes = Uint8Array.from(atob(png), (each) => each.charCodeAt(0));
    const blob = new Blob([bytes], { type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
  }
"""


class Visitor:
    """Somebody at a window of the browser."""

    def __init__(self, page: Page, misdeeds: Misdeeds) -> None:
        self.page = page
        self.misdeeds = misdeeds
        self.panel = Panel(self)

    # --- where one is --------------------------------------------------------------------------------------------

    @property
    def narrow(self) -> bool:
        """The window is so narrow that lists are in a drawer."""
        size = self.page.viewport_size
        return size is not None and size["width"] < _NARROW

    async def visits(self, url: str) -> None:
        """Open the page, and wait until it has come to the sandbox."""
        await self.page.goto(url)
        await self.box.wait_for()

    async def looks_as(self, name: str) -> None:
        """Switch to another person."""
        await self._own_menu()
        await self.page.get_by_role("menuitemradio", name=re.compile(rf"^{re.escape(name)}\b")).click()
        now = self.page.get_by_role("button", name=re.compile(f"; you are {name}"), include_hidden=True)
        await now.wait_for(state="attached")

    async def settles(self, setting: str) -> None:
        """Turn a setting of one's own on or off: "Carry Easel along"."""
        await self._own_menu()
        await self.page.get_by_role("menuitemcheckbox", name=setting).click()
        await self.strikes("Escape")

    async def _own_menu(self) -> None:
        await self.opens_drawer()
        await self.page.get_by_role("button", name=re.compile("^Look as")).click()

    async def opens(self, channel: str, *, server: str | None = None) -> None:
        """Open a channel as it is listed: "#paintings", "@Easel", "sketches"; of another server when one is named."""
        await self.opens_drawer()
        if server is not None:
            await (
                self.page.get_by_role("navigation", name="Servers").get_by_role("button", name=server).click()
            )
        name = channel.lstrip("#@")
        channels = self.page.get_by_role("navigation", name="Channels")
        await channels.get_by_role("button", name=re.compile(rf"^{re.escape(name)}\b")).click()
        await self.page.get_by_role("textbox", name=f"Message {channel}").wait_for()

    async def opens_drawer(self) -> None:
        """On narrow screens: open the lists of servers and channels, unless they are open."""
        if self.narrow:
            button = self.page.get_by_role("button", name="Channels", exact=True)
            if await button.get_attribute("aria-expanded") != "true":
                await button.click()

    # --- writing -------------------------------------------------------------------------------------------------

    @property
    def box(self) -> Locator:
        """The message box of the open channel."""
        return self.page.get_by_role("textbox", name=re.compile("^Message "))

    def form(self, command: str) -> Locator:
        """The form that the message box turns into for a command."""
        return self.page.get_by_role("form", name=command, exact=True)

    async def says(self, text: str) -> None:
        """Write a message and send it."""
        await self.box.fill(text)
        await self.box.press("Enter")

    async def types_command(
        self, command: str, *, files: Sequence[Path] = (), send: bool = True, **options: Any
    ) -> None:
        """Type a command, choose it from the list, drop files on it, fill its options; and send it."""
        await self.box.press_sequentially(command)
        listed = self.page.get_by_role("listbox", name="Commands").get_by_role("option")
        await listed.filter(has_text=command).first.click()
        await self.form(command).wait_for()
        if files:
            await self.drops(*files)
        for name, value in options.items():
            await self.fills_option(command, name, str(value))
        if send:
            await self.sends(command)

    async def fills_option(self, command: str, name: str, value: str, *, pick: bool = True) -> None:
        """Type into an option, which is added first where it is not shown; choose what it offers for that."""
        form = self.form(command)
        field = form.get_by_label(name, exact=True).and_(form.locator("input, textarea"))
        if not await field.count():
            await form.get_by_role("combobox", name="More options").press_sequentially(f"{name}:")
        await field.click()
        await field.press_sequentially(value)
        if pick and await field.get_attribute("role") == "combobox":
            await self.picks(value)

    async def offered(self) -> list[str]:
        """What an option offers just now, once something is there."""
        options = self.page.get_by_role("listbox", name="Options").get_by_role("option")
        await options.first.wait_for()
        return [" ".join(each.split()) for each in await options.all_inner_texts()]

    async def listed(self, popup: str, name: str) -> None:
        """Wait until a list that popped up has this as its chosen item."""
        options = self.page.get_by_role("listbox", name=popup).get_by_role("option", selected=True)
        await options.filter(has_text=name).wait_for()

    async def picks(self, name: str) -> None:
        """Choose what an option offers, by how it begins."""
        options = self.page.get_by_role("listbox", name="Options").get_by_role("option")
        await options.filter(has_text=re.compile(rf"^\s*{re.escape(name)}", re.IGNORECASE)).first.click()

    async def sends(self, command: str) -> None:
        """Send the command, and wait until it is gone."""
        form = self.form(command)
        await form.get_by_role("button", name="Send command").click()
        await form.wait_for(state="hidden")

    # --- files ---------------------------------------------------------------------------------------------------

    async def drops(self, *files: Path, on: Locator | None = None) -> None:
        """Drag files from the disk over the page, or over something in it, and let them fall."""
        target = on or self.page.get_by_role("main")
        box = await target.bounding_box()
        assert box is not None
        where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        data = {"items": [], "files": [str(each) for each in files], "dragOperationsMask": 1}
        devtools = await self.page.context.new_cdp_session(self.page)
        for stage in ("dragEnter", "dragOver", "drop"):
            await devtools.send("Input.dispatchDragEvent", {"type": stage, **where, "data": data})
        await devtools.detach()

    async def pastes(self, picture: Path) -> None:
        """Copy a PNG elsewhere and paste it where the focus is."""
        png = base64.b64encode(await asyncio.to_thread(picture.read_bytes)).decode()
        await self.page.evaluate(_PUT_ON_CLIPBOARD, png)
        await self.page.keyboard.press("ControlOrMeta+V")

    # --- messages ------------------------------------------------------------------------------------------------

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The last message with this text in it."""
        return self.page.get_by_role("article").filter(has_text=text).last

    async def sees(self, text: str | re.Pattern[str], *, within: float = 30) -> Locator:
        """Wait for a message with this text."""
        found = self.message(text)
        await found.wait_for(timeout=within * 1000)
        return found

    async def sees_no(self, text: str | re.Pattern[str], *, within: float = 10) -> None:
        """Wait until no message has this text."""
        await (
            self.page.get_by_role("article")
            .filter(has_text=text)
            .first.wait_for(state="detached", timeout=within * 1000)
        )

    async def counts(self, text: str | re.Pattern[str]) -> int:
        """How many messages have this text now."""
        return await self.page.get_by_role("article").filter(has_text=text).count()

    async def presses(self, button: str, *, on: str | Locator | None = None) -> None:
        """Press a button: of the last message with this text, of some part of the page, or anywhere."""
        part = self.message(on) if isinstance(on, str) else on or self.page.locator("body")
        await part.get_by_role("button", name=button, exact=True).last.click()

    async def chooses(self, *options: str, of: str, on: str | Locator | None = None) -> None:
        """Choose in a select menu, by what stands in it."""
        part = self.message(on) if isinstance(on, str) else on or self.page.locator("body")
        menu = part.get_by_role("combobox", name=of, exact=True)
        await menu.click()
        for option in options:
            await self.page.get_by_role("option", name=option).click()
        if await menu.get_attribute("aria-expanded") == "true":  # where several are chosen it stays open
            await menu.click()

    async def right_clicks(self, target: Locator, *, choose: str) -> None:
        """Open the context menu of a message or a person and choose in it."""
        await target.click(button="right")
        await self.page.get_by_role("menuitem", name=choose).click()

    async def notes(self, notice: str) -> None:
        """Read what the page says for a few seconds, and close it."""
        notices = self.page.get_by_role("status").filter(has_text=notice)
        await notices.get_by_role("button", name="Close this notice").first.click()

    # --- forms that the bot opens --------------------------------------------------------------------------------

    @property
    def dialog(self) -> Locator:
        """What lies over the page: a form of the bot's, or a picture."""
        return self.page.get_by_role("dialog")

    def field(self, label: str) -> Locator:
        """A text field of the form."""
        return self.dialog.get_by_role("textbox", name=label)

    async def fills(self, fields: Mapping[str, str]) -> None:
        """Fill the form's fields, by their labels."""
        for label, value in fields.items():
            await self.field(label).fill(value)

    async def submits(self) -> None:
        """Submit the form, and wait until it is closed."""
        await self.dialog.get_by_role("button", name="Submit").click()
        await self.dialog.wait_for(state="hidden")

    # --- the keyboard --------------------------------------------------------------------------------------------

    async def strikes(self, *keys: str) -> None:
        """Press keys one after another: "Tab", "Enter", "Shift+Tab"."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def tabs_to(self, target: Locator, *, most: int = 40) -> None:
        """Press Tab until this has the focus. AssertionError: it cannot be reached so."""
        for _ in range(most):
            if await target.evaluate("(element) => element === document.activeElement"):
                return
            await self.strikes("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    async def types(self, text: str) -> None:
        """Type where the focus is."""
        await self.page.keyboard.type(text)


class Panel:
    """The panel behind the scenes, in the hands of the visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    @property
    def part(self) -> Locator:
        """The panel itself."""
        return self._visitor.page.get_by_role("complementary", name="Behind the scenes")

    async def opens(self, tab: str | None = None) -> Locator:
        """Open it, at one of its tabs."""
        if not await self.part.is_visible():
            await self._visitor.page.get_by_role("button", name="Behind the scenes", exact=True).click()
        if tab is not None:
            await self.part.get_by_role("tab", name=tab).click()
        return self.part

    async def closes(self) -> None:
        """Close it."""
        await self.part.get_by_role("button", name="Close behind the scenes").click()
        await self.part.wait_for(state="hidden")

    async def presses(self, button: str) -> None:
        """Press one of its buttons: "Kill", "Stop", "Start"."""
        await self.part.get_by_role("button", name=button, exact=True).click()

    async def flips(self, fault: str) -> None:
        """Turn a fault on or off."""
        await self.opens("Faults")
        await self.part.get_by_role("switch", name=fault).click()

    async def sees(self, text: str | re.Pattern[str], *, within: float = 30) -> Locator:
        """Wait until it shows this text."""
        found = self.part.get_by_text(text).first
        await found.wait_for(timeout=within * 1000)
        return found
