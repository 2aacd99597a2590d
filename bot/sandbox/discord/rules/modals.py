"""Limits of modals: discord-platform §1, §2 (five top-level components, although the description says 40)."""

from __future__ import annotations

from typing import Any

from bot.sandbox.discord.kinds import SELECTS, Part
from bot.sandbox.discord.refusals import Form, Path
from bot.sandbox.discord.rules.components import options, select

INPUTS = SELECTS | {
    Part.TEXT_INPUT, Part.FILE_UPLOAD, Part.RADIO, Part.CHECKBOXES, Part.CHECKBOX,
}  # fmt: skip


def check(form: Form, path: Path, value: object) -> None:
    """Check the `data` of a modal callback."""
    modal = form.table(path, value)
    form.text((*path, "title"), modal.get("title"), low=1, high=45, required=True)
    form.text((*path, "custom_id"), modal.get("custom_id"), low=1, high=100, required=True)
    place = (*path, "components")
    seen: set[str] = set()
    for at, each in enumerate(form.items(place, modal.get("components"), low=1, high=5, required=True)):
        _top(form, (*place, at), form.table((*place, at), each), seen)


def _top(form: Form, path: Path, component: dict[str, Any], seen: set[str]) -> None:
    match component.get("type"):
        case Part.LABEL:
            form.text((*path, "label"), component.get("label"), low=1, high=45, required=True)
            form.text((*path, "description"), component.get("description"), low=1, high=100)
            inner = form.table((*path, "component"), component.get("component"))
            _input(form, (*path, "component"), inner, INPUTS, seen)
        case Part.ROW:
            path = (*path, "components")
            inside = form.items(path, component.get("components"), low=1, high=1, required=True)
            for at, each in enumerate(inside):
                inner = form.table((*path, at), each)
                _input(form, (*path, at), inner, frozenset({Part.TEXT_INPUT}), seen)
                form.text((*path, at, "label"), inner.get("label"), low=1, high=45, required=True)
        case Part.TEXT:
            form.text((*path, "content"), component.get("content"), low=1, high=4000, required=True)
        case _:
            form.wrong(
                (*path, "type"), "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1, 10, 18).'
            )


def _input(
    form: Form, path: Path, component: dict[str, Any], allowed: frozenset[int], seen: set[str]
) -> None:
    kind = component.get("type")
    if kind not in allowed:
        names = ", ".join(str(each) for each in sorted(allowed))
        form.wrong((*path, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({names}).')
        return
    custom_id = form.text((*path, "custom_id"), component.get("custom_id"), low=1, high=100, required=True)
    if custom_id in seen:
        message = "Component custom id cannot be duplicated"
        form.wrong((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
    seen.add(custom_id or "")
    form.boolean((*path, "required"), component.get("required"))
    if component.get("disabled"):
        form.wrong(
            (*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "Components in modals cannot be disabled"
        )
    required = component.get("required") is not False
    match kind:
        case Part.TEXT_INPUT:
            _text_input(form, path, component)
        case Part.FILE_UPLOAD:
            _bounds(form, path, component, required=required)
        case Part.CHECKBOXES:
            _bounds(form, path, component, required=required)
            options(form, (*path, "options"), component.get("options"), low=1, high=10)
        case Part.RADIO:
            options(form, (*path, "options"), component.get("options"), low=2, high=10)
        case Part.CHECKBOX:
            form.boolean((*path, "default"), component.get("default"))
        case _:
            select(form, path, component)


def _text_input(form: Form, path: Path, component: dict[str, Any]) -> None:
    form.integer((*path, "style"), component.get("style"), low=1, high=2)
    form.text((*path, "placeholder"), component.get("placeholder"), high=100)
    least, most = component.get("min_length") or 0, component.get("max_length") or 4000
    sound = form.integer((*path, "min_length"), least, low=0, high=4000)
    sound = form.integer((*path, "max_length"), most, low=1, high=4000) and sound
    if sound and least > most:
        message = "min_length must be less than or equal to max_length"
        form.wrong((*path, "min_length"), "TEXT_INPUT_COMPONENT_MIN_LENGTH_GREATER_THAN_MAX", message)
    form.text((*path, "value"), component.get("value"), high=most if sound else 4000)


def _bounds(form: Form, path: Path, component: dict[str, Any], *, required: bool) -> None:
    least, most = component.get("min_values"), component.get("max_values")
    if least is not None:
        form.integer((*path, "min_values"), least, low=1 if required else 0, high=10)
    if most is not None:
        form.integer((*path, "max_values"), most, low=1, high=10)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        message = "min_values must be less than or equal to max_values"
        form.wrong((*path, "min_values"), "SELECT_COMPONENT_MIN_VALUES_GREATER_THAN_MAX", message)
