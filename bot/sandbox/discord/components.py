"""Components as Discord stores and answers them: walked, numbered, completed, their media resolved.

Whether a component is allowed is `rules.components`; this module takes allowed ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from bot.sandbox.discord.kinds import SELECTS, Part

Component = dict[str, Any]
Resolve = Callable[[str], Component]
"""Makes the media object of an address (`attachment://…` or absolute)."""


def walk(components: list[Component]) -> Iterator[Component]:
    """Every component, depth first; a section's accessory after its texts."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if isinstance(component.get(key), dict):
                yield from walk([component[key]])


def media_of(component: Component) -> list[Component]:
    """The media items that a component shows, as the request gave them."""
    match component["type"]:
        case Part.THUMBNAIL:
            return [component["media"]]
        case Part.GALLERY:
            return [item["media"] for item in component["items"]]
        case Part.FILE:
            return [component["file"]]
        case _:
            return []


def numbered(components: list[Component]) -> list[Component]:
    """A completed copy: an integer `id` on each (1, 2, 3, … depth first, given ones kept), defaults filled."""
    copies = [_completed(component) for component in components]
    taken = {each["id"] for each in walk(copies) if each.get("id")}
    count = 0
    for each in walk(copies):
        if not each.get("id"):
            count += 1
            while count in taken:
                count += 1
            each["id"] = count
    return copies


def resolved(components: list[Component], resolve: Resolve) -> list[Component]:
    """A copy whose media items are what Discord answers with."""
    return [_resolved(component, resolve) for component in components]


def outside_media(url: str) -> Component:
    """The media object of an address elsewhere."""
    number = int.from_bytes(hashlib.sha256(url.encode()).digest()[:7], "big")
    return {
        "id": str(number),
        "url": url,
        "proxy_url": url,
        "width": None,
        "height": None,
        "content_type": None,
    }


_SELECT_KEYS = ("custom_id", "placeholder", "options", "channel_types", "default_values")
_SELECT_DEFAULTS = {"min_values": 1, "max_values": 1, "disabled": False}
_KEPT: dict[int, tuple[tuple[str, ...], Component]] = {
    Part.ROW: (("components",), {}),
    Part.BUTTON: (("custom_id", "style", "label", "emoji", "url", "sku_id"), {"disabled": False}),
    **dict.fromkeys(SELECTS, (_SELECT_KEYS, _SELECT_DEFAULTS)),
    Part.SECTION: (("components", "accessory"), {}),
    Part.TEXT: (("content",), {}),
    Part.THUMBNAIL: (("media",), {"description": None, "spoiler": False}),
    Part.GALLERY: (("items",), {}),
    Part.FILE: (("file",), {"spoiler": False}),
    Part.SEPARATOR: ((), {"spacing": 1, "divider": True}),
    Part.CONTAINER: (("components",), {"accent_color": None, "spoiler": False}),
}
"""Per type: the keys that are kept where given, and those that are always there with their defaults."""


def _completed(component: Component) -> Component:
    known = {key: value for key, value in component.items() if value is not None}
    keep, fill = _KEPT[component["type"]]
    copy: Component = {"type": component["type"], "id": known.get("id")}
    copy |= {key: known[key] for key in keep if key in known}
    copy |= {key: known.get(key, default) for key, default in fill.items()}
    if "emoji" in copy:
        copy["emoji"] = {key: value for key, value in copy["emoji"].items() if value is not None}
    if "options" in copy:
        copy["options"] = [_option(option) for option in copy["options"]]
    if "default_values" in copy:
        copy["default_values"] = [each | {"id": str(each["id"])} for each in copy["default_values"]]
    if "components" in copy:
        copy["components"] = [_completed(child) for child in copy["components"]]
    if "accessory" in copy:
        copy["accessory"] = _completed(copy["accessory"])
    if component["type"] == Part.GALLERY:
        copy["items"] = [
            {
                "media": item["media"],
                "description": item.get("description"),
                "spoiler": item.get("spoiler") or False,
            }
            for item in component["items"]
        ]
    return copy


def _option(option: Component) -> Component:
    copy = {key: value for key, value in option.items() if value is not None}
    if "emoji" in copy:
        copy["emoji"] = {key: value for key, value in copy["emoji"].items() if value is not None}
    return copy


def _resolved(component: Component, resolve: Resolve) -> Component:
    copy = dict(component)
    for key in ("components",):
        if key in copy:
            copy[key] = [_resolved(child, resolve) for child in copy[key]]
    if "accessory" in copy:
        copy["accessory"] = _resolved(copy["accessory"], resolve)
    match copy["type"]:
        case Part.THUMBNAIL:
            copy["media"] = resolve(copy["media"]["url"])
        case Part.GALLERY:
            copy["items"] = [item | {"media": resolve(item["media"]["url"])} for item in copy["items"]]
        case Part.FILE:
            media = resolve(copy["file"]["url"])
            copy["name"], copy["size"] = media.pop("name", None), media.pop("size", None)
            copy["file"] = media
    if copy["type"] != Part.FILE:
        _drop_file_facts(copy)
    return copy


def _drop_file_facts(component: Component) -> None:
    for media in media_of(component):
        media.pop("name", None)
        media.pop("size", None)
