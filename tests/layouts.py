"""Reading a layout as Discord counts it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MOST_COMPONENTS = 40
MOST_TEXT = 4000
MOST_CUSTOM_ID = 100
MOST_LABEL = 80
MOST_ALT = 1024

Payload = dict[str, Any]


def walk(components: list[Payload]) -> Iterator[Payload]:
    """Every component, nested ones and accessories included."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        if isinstance(component.get("accessory"), dict):
            yield from walk([component["accessory"]])


def texts(components: list[Payload]) -> list[str]:
    """Every text display."""
    return [component["content"] for component in walk(components) if component["type"] == 10]


def ids(components: list[Payload]) -> list[str]:
    """Every custom id."""
    return [component["custom_id"] for component in walk(components) if "custom_id" in component]


def faults(components: list[Payload]) -> list[str]:
    """What Discord would refuse of it."""
    found = []
    every = list(walk(components))
    if len(every) > MOST_COMPONENTS:
        found.append(f"{len(every)} components")
    length = sum(len(text) for text in texts(components))
    if length > MOST_TEXT:
        found.append(f"{length} characters of text")
    found += [f"an empty text in {every}" for text in texts(components) if not text.strip()]
    if len(set(ids(components))) != len(ids(components)):
        found.append(f"custom ids that repeat: {ids(components)}")
    found += [f"a custom id of {len(one)}" for one in ids(components) if not 1 <= len(one) <= MOST_CUSTOM_ID]
    for component in every:
        inner = component.get("components", [])
        if component["type"] == 1 and not 1 <= len(inner) <= 5:
            found.append(f"{len(inner)} buttons in a row")
        if component["type"] == 2 and not 1 <= len(component["label"]) <= MOST_LABEL:
            found.append(f"a label of {len(component['label'])}")
        if component["type"] == 12:
            if not 1 <= len(component["items"]) <= 10:
                found.append(f"{len(component['items'])} pictures in a gallery")
            found += [
                "an alt text too long"
                for item in component["items"]
                if len(item.get("description") or "") > MOST_ALT
            ]
    return found
