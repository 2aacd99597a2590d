"""Limits of components in messages: discord-platform §3."""

from __future__ import annotations

from typing import Any

from bot.sandbox.discord.kinds import SELECTS, Part
from bot.sandbox.discord.refusals import Form, Path

TOP_V1 = frozenset({Part.ROW})
IN_CONTAINER = frozenset({Part.ROW, Part.TEXT, Part.SECTION, Part.GALLERY, Part.SEPARATOR, Part.FILE})
TOP_V2 = IN_CONTAINER | {Part.CONTAINER}
MOST, MOST_TEXT = 40, 4000


def check(form: Form, path: Path, value: object, *, v2: bool, filenames: set[str]) -> None:
    """Check the `components` of a message; `filenames` are the files that `attachment://` may name."""
    top = form.items(path, value, high=MOST if v2 else 5)
    if not v2 and len(top) > 5:
        return
    checker = _Checker(form, filenames=filenames)
    checker.children(path, top, TOP_V2 if v2 else TOP_V1)
    if checker.count > MOST:
        form.wrong(
            path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"Cannot exceed {MOST} components in total."
        )
    if checker.text > MOST_TEXT:
        message = f"The total text displayed must be {MOST_TEXT} or fewer in length."
        form.wrong(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


class _Checker:
    """One pass over a tree of components, counting what is limited over the whole of it."""

    def __init__(self, form: Form, *, filenames: set[str]) -> None:
        self.form = form
        self.filenames = filenames
        self.count = 0
        self.text = 0
        self._custom_ids: set[str] = set()
        self._ids: set[int] = set()

    def children(self, path: Path, items: list[Any], allowed: frozenset[int]) -> None:
        for at, item in enumerate(items):
            self.one((*path, at), item, allowed)

    def one(self, path: Path, value: object, allowed: frozenset[int]) -> None:
        component = self.form.table(path, value)
        kind = component.get("type")
        if not isinstance(kind, int) or kind not in allowed:
            names = ", ".join(str(each) for each in sorted(allowed))
            self.form.wrong(
                (*path, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({names}).'
            )
            return
        self.count += 1
        self._identity(path, component.get("id"))
        match kind:
            case Part.ROW:
                self._row(path, component)
            case Part.BUTTON:
                self._button(path, component)
            case kind if kind in SELECTS:
                self._select(path, component)
            case Part.SECTION:
                texts = self.form.items(
                    (*path, "components"), component.get("components"), low=1, high=3, required=True
                )
                self.children((*path, "components"), texts, frozenset({Part.TEXT}))
                accessory = frozenset({Part.BUTTON, Part.THUMBNAIL})
                self.one((*path, "accessory"), component.get("accessory"), accessory)
            case Part.TEXT:
                content = self.form.text(
                    (*path, "content"), component.get("content"), low=1, high=MOST_TEXT, required=True
                )
                self.text += len(content or "")
            case Part.THUMBNAIL:
                self._media((*path, "media"), component.get("media"))
                self._description(path, component)
            case Part.GALLERY:
                items = self.form.items(
                    (*path, "items"), component.get("items"), low=1, high=10, required=True
                )
                for at, item in enumerate(items):
                    item = self.form.table((*path, "items", at), item)
                    self._media((*path, "items", at, "media"), item.get("media"))
                    self._description((*path, "items", at), item)
            case Part.FILE:
                self._media((*path, "file"), component.get("file"), attached=True)
            case Part.SEPARATOR:
                if component.get("spacing") is not None:
                    self.form.integer((*path, "spacing"), component["spacing"], low=1, high=2)
            case Part.CONTAINER:
                if component.get("accent_color") is not None:
                    self.form.integer(
                        (*path, "accent_color"), component["accent_color"], low=0, high=0xFFFFFF
                    )
                inside = self.form.items(
                    (*path, "components"), component.get("components"), low=1, high=MOST, required=True
                )
                self.children((*path, "components"), inside, IN_CONTAINER)

    def _identity(self, path: Path, value: object) -> None:
        if value is None or value == 0:
            return
        if self.form.integer((*path, "id"), value, low=0, high=2**31 - 1):
            assert isinstance(value, int)
            if value in self._ids:
                self.form.wrong((*path, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
            self._ids.add(value)

    def _row(self, path: Path, component: dict[str, Any]) -> None:
        path = (*path, "components")
        inside = self.form.items(path, component.get("components"), low=1, high=5, required=True)
        self.children(path, inside, SELECTS | {Part.BUTTON})
        selects = [each for each in inside if isinstance(each, dict) and each.get("type") in SELECTS]
        if selects and len(inside) > 1:
            message = "The specified component exceeds the maximum width"
            self.form.wrong(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)

    def custom_id(self, path: Path, value: object) -> None:
        """1 to 100 characters, once in the whole tree."""
        path = (*path, "custom_id")
        custom_id = self.form.text(path, value, low=1, high=100, required=True)
        if custom_id is not None:
            if custom_id in self._custom_ids:
                message = "Component custom id cannot be duplicated"
                self.form.wrong(path, "COMPONENT_CUSTOM_ID_DUPLICATED", message)
            self._custom_ids.add(custom_id)

    def _button(self, path: Path, component: dict[str, Any]) -> None:
        style = component.get("style")
        if not self.form.integer((*path, "style"), style, low=1, high=6):
            return
        self.form.text((*path, "label"), component.get("label"), high=80)
        self.form.boolean((*path, "disabled"), component.get("disabled"))
        custom_id, url, sku = component.get("custom_id"), component.get("url"), component.get("sku_id")
        if style == 6:
            if sku is None:
                self.form.wrong((*path, "sku_id"), "BASE_TYPE_REQUIRED", "This field is required")
            return
        if not component.get("label") and not component.get("emoji"):
            message = "A button must have a label or emoji"
            self.form.wrong((*path, "label"), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", message)
        self.emoji(path, component.get("emoji"))
        if style == 5:
            if custom_id is not None:
                message = "A custom id and url cannot both be specified"
                self.form.wrong(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
            address = self.form.text((*path, "url"), url, low=1, high=512, required=True)
            if address and not address.startswith(("http://", "https://", "discord://")):
                message = "Scheme must be one of ('http', 'https', 'discord')."
                self.form.wrong((*path, "url"), "URL_TYPE_INVALID_SCHEME", message)
            return
        if url is not None:
            message = "A custom id and url cannot both be specified"
            self.form.wrong(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
        self.custom_id(path, custom_id)

    def emoji(self, path: Path, value: object) -> None:
        """A custom emoji by id, or a Unicode one by name."""
        if value is None:
            return
        emoji = self.form.table((*path, "emoji"), value)
        name = emoji.get("name")
        plain = isinstance(name, str) and (not name or name[0].isalpha())
        if not emoji.get("id") and (not isinstance(name, str) or plain):
            self.form.wrong((*path, "emoji", "name"), "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")

    def _select(self, path: Path, component: dict[str, Any]) -> None:
        self.custom_id(path, component.get("custom_id"))
        select(self.form, path, component, emoji=self.emoji)

    def _description(self, path: Path, item: dict[str, Any]) -> None:
        self.form.text((*path, "description"), item.get("description"), low=1, high=1024)

    def _media(self, path: Path, value: object, *, attached: bool = False) -> None:
        media = self.form.table(path, value)
        url = self.form.text((*path, "url"), media.get("url"), low=1, high=2048, required=True)
        if not url:
            return
        schemes = ("attachment://",) if attached else ("attachment://", "http://", "https://")
        if not url.startswith(schemes):
            message = f"Scheme must be one of {tuple(each.removesuffix('://') for each in schemes)}."
            self.form.wrong((*path, "url"), "URL_TYPE_INVALID_SCHEME", message)
        elif url.startswith("attachment://") and url.removeprefix("attachment://") not in self.filenames:
            message = "The referenced attachment was not found"
            self.form.wrong((*path, "url"), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)


def select(form: Form, path: Path, component: dict[str, Any], *, emoji: Any = None) -> None:
    """Check a select menu's options and bounds, in a message or a modal."""
    form.text((*path, "placeholder"), component.get("placeholder"), high=150)
    least, most = component.get("min_values"), component.get("max_values")
    least, most = 1 if least is None else least, 1 if most is None else most
    sound = form.integer((*path, "min_values"), least, low=0, high=25)
    sound = form.integer((*path, "max_values"), most, low=1, high=25) and sound
    if sound and least > most:
        message = "min_values must be less than or equal to max_values"
        form.wrong((*path, "min_values"), "SELECT_COMPONENT_MIN_VALUES_GREATER_THAN_MAX", message)
    if component.get("type") == Part.STRING_SELECT:
        values = options(form, (*path, "options"), component.get("options"), low=1, high=25, emoji=emoji)
        if sound and values and most > values:
            message = "max_values must be less than or equal to the number of options"
            form.wrong((*path, "max_values"), "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE", message)


def options(form: Form, path: Path, value: object, *, low: int, high: int, emoji: Any = None) -> int:
    """Check the options of a select, radio group or checkbox group; returns how many there are."""
    seen: set[str] = set()
    items = form.items(path, value, low=low, high=high, required=True)
    for at, each in enumerate(items):
        option = form.table((*path, at), each)
        form.text((*path, at, "label"), option.get("label"), low=1, high=100, required=True)
        form.text((*path, at, "description"), option.get("description"), high=100)
        chosen = form.text((*path, at, "value"), option.get("value"), low=1, high=100, required=True)
        if chosen is not None and chosen in seen:
            message = "The specified option value is already used"
            form.wrong((*path, at, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        seen.add(chosen or "")
        if emoji is not None:
            emoji((*path, at), option.get("emoji"))
    return len(items)
