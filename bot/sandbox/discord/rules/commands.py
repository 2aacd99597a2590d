"""Limits of command definitions: discord-platform §8."""

from __future__ import annotations

import unicodedata
from typing import Any

from bot.sandbox.discord.kinds import NESTED
from bot.sandbox.discord.refusals import Form, Path

MOST_KINDS = {1: 100, 2: 15, 3: 15}
MOST_CHARACTERS = 8000
_SCRIPTS = ("DEVANAGARI", "THAI")


def check(form: Form, value: object, *, guild: bool) -> None:
    """Check the list of a PUT; `guild` when it is for one server."""
    items = form.items((), value, high=130)
    counts: dict[int, int] = {}
    seen: set[tuple[int, str]] = set()
    for at, each in enumerate(items):
        command = form.table((at,), each)
        kind = command.get("type") or 1
        if kind not in MOST_KINDS:
            form.wrong((at, "type"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4}.")
            continue
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] > MOST_KINDS[kind]:
            message = f"Maximum number of application commands reached ({MOST_KINDS[kind]})."
            form.wrong((at,), "APPLICATION_COMMANDS_TOO_MANY", message)
        key = (kind, str(command.get("name")))
        if key in seen:
            message = "Application command names must be unique"
            form.wrong((at,), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
        _command(form, (at,), command, kind=kind, guild=guild)


def _command(form: Form, path: Path, command: dict[str, Any], *, kind: int, guild: bool) -> None:
    if kind == 1:
        _name(form, path, command.get("name"))
        form.text((*path, "description"), command.get("description"), low=1, high=100, required=True)
        _options(form, path, command.get("options"), nested=frozenset({1, 2}))
    else:
        form.text((*path, "name"), command.get("name"), low=1, high=32, required=True)
        if command.get("description"):
            message = "Context menu commands cannot have description"
            form.wrong((*path, "description"), "APPLICATION_COMMAND_INVALID_DESCRIPTION", message)
        if command.get("options"):
            message = "Context menu commands cannot have options"
            form.wrong((*path, "options"), "APPLICATION_COMMAND_INVALID_OPTIONS", message)
    if characters(command) > MOST_CHARACTERS:
        message = f"Command exceeds maximum size ({MOST_CHARACTERS})"
        form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", message)
    for key, choices in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        wanted = command.get(key)
        if wanted is None:
            continue
        if guild:
            form.wrong((*path, key), "APPLICATION_COMMAND_GUILD_ONLY", f"Guild commands cannot have {key}")
        items = form.items((*path, key), wanted, low=1, high=len(choices))
        if any(each not in choices for each in items) or len(set(map(str, items))) != len(items):
            form.wrong((*path, key), "BASE_TYPE_CHOICES", f"Values must be unique and among {choices}.")
    rights = command.get("default_member_permissions")
    if rights is not None and not str(rights).isdigit():
        form.wrong((*path, "default_member_permissions"), "NUMBER_TYPE_COERCE", "Value is not int.")


def characters(command: dict[str, Any]) -> int:
    """Characters of all names, descriptions and choice values; the longest localisation counts."""
    total = 0
    for key in ("name", "description"):
        texts = [command.get(key), *(command.get(f"{key}_localizations") or {}).values()]
        total += max(len(text or "") for text in texts)
    for choice in command.get("choices") or []:
        total += len(str(choice.get("name"))) + len(str(choice.get("value")))
    return total + sum(
        characters(option) for option in command.get("options") or [] if isinstance(option, dict)
    )


def _name(form: Form, path: Path, value: object) -> None:
    path = (*path, "name")
    name = form.text(path, value, low=1, high=32, required=True)
    if name and (not all(map(_allowed, name)) or name != name.lower()):
        message = f"Command name is invalid: {name!r} must be lower case letters, digits, '-' or '_'"
        form.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", message)


def _allowed(character: str) -> bool:
    if character in "-_'" or unicodedata.category(character)[0] in "LN":
        return True
    return unicodedata.name(character, "").startswith(_SCRIPTS)


def _options(form: Form, path: Path, value: object, *, nested: frozenset[int]) -> None:
    path = (*path, "options")
    names: set[str] = set()
    kinds: set[bool] = set()
    optional = False
    for at, each in enumerate(form.items(path, value, high=25)):
        option = form.table((*path, at), each)
        kind = option.get("type")
        if not form.integer((*path, at, "type"), kind, low=1, high=11):
            continue
        _name(form, (*path, at), option.get("name"))
        form.text((*path, at, "description"), option.get("description"), low=1, high=100, required=True)
        if str(option.get("name")) in names:
            message = "Option names must be unique"
            form.wrong((*path, at), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message)
        names.add(str(option.get("name")))
        kinds.add(kind in NESTED)
        if option.get("required"):
            if optional:
                message = "Required options must be placed before non-required options"
                form.wrong((*path, at), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        else:
            optional = True
        if kind in NESTED:
            if kind not in nested:
                message = "Sub-commands cannot be nested this deep"
                form.wrong((*path, at, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
            inside: frozenset[int] = frozenset({1}) if kind == 2 else frozenset()
            _options(form, (*path, at), option.get("options"), nested=inside)
        else:
            _choices(form, (*path, at), option)
    if len(kinds) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _choices(form: Form, path: Path, option: dict[str, Any]) -> None:
    kind, choices = option["type"], option.get("choices")
    if option.get("autocomplete") and kind not in (3, 4, 10):
        message = "Only string, integer and number options can be completed"
        form.wrong((*path, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    if not choices:
        return
    if kind not in (3, 4, 10):
        message = "Choices can only be used on string, integer and number options"
        form.wrong((*path, "choices"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    if option.get("autocomplete"):
        message = "Autocomplete cannot be used together with choices"
        form.wrong((*path, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", message)
    check_choices(form, (*path, "choices"), choices, kind=kind)


def check_choices(form: Form, path: Path, value: object, *, kind: int) -> None:
    """Check choices of an option of this type, in its definition or as the answer of an autocomplete."""
    names: set[str] = set()
    for at, each in enumerate(form.items(path, value, high=25)):
        choice = form.table((*path, at), each)
        name = form.text((*path, at, "name"), choice.get("name"), low=1, high=100, required=True)
        if name in names:
            message = "Choice names must be unique"
            form.wrong((*path, at), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", message)
        names.add(name or "")
        chosen = choice.get("value")
        if kind == 3:
            form.text((*path, at, "value"), chosen, low=1, high=100, required=True)
        elif kind == 4:
            form.integer((*path, at, "value"), chosen, low=-(2**53), high=2**53)
        elif isinstance(chosen, bool) or not isinstance(chosen, int | float):
            form.wrong((*path, at, "value"), "NUMBER_TYPE_COERCE", f'Value "{chosen}" is not a number.')
