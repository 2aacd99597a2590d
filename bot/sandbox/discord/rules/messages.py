"""Limits of message bodies: text, embeds, files, mentions. Sources: discord-platform §3, §7."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.sandbox.discord.refusals import Form, Path
from bot.sandbox.discord.rules import components

MOST_FILES = 10
MOST_EMBED_TEXT = 6000
_FOREIGN = ("poll", "sticker_ids", "shared_client_theme")


def check(form: Form, path: Path, body: dict[str, Any], *, v2: bool, filenames: set[str]) -> None:
    """Check what a message body says, apart from its files; `filenames` are those the message will have."""
    form.text((*path, "content"), body.get("content"), high=2000)
    form.boolean((*path, "tts"), body.get("tts"))
    if body.get("flags") is not None:
        form.integer((*path, "flags"), body["flags"], low=0, high=2**31 - 1)
    _embeds(form, (*path, "embeds"), body.get("embeds"), filenames)
    if body.get("components"):
        components.check(form, (*path, "components"), body["components"], v2=v2, filenames=filenames)
    _mentions(form, (*path, "allowed_mentions"), body.get("allowed_mentions"))
    for key in _FOREIGN:
        if body.get(key):
            form.wrong((*path, key), "BASE_TYPE_CHOICES", "This field is not part of the sandbox.")


def no_legacy_with_v2(form: Form, path: Path, *, content: str, embeds: list[Any]) -> None:
    """A components v2 message has neither text nor embeds of the old kind."""
    message = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
    if content:
        form.wrong((*path, "content"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    if embeds:
        message = message.replace("content", "embeds")
        form.wrong((*path, "embeds"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)


def check_files(form: Form, path: Path, listed: object, *, new: Iterable[int], kept: Iterable[int]) -> None:
    """Check the `attachments` of a body against the uploaded parts and the files that the message has."""
    parts, known = set(new), set(kept)
    path = (*path, "attachments")
    seen: set[int] = set()
    for at, each in enumerate(form.items(path, listed, high=MOST_FILES)):
        item = form.table((*path, at), each)
        number = item.get("id")
        if not str(number).isdigit():
            form.wrong((*path, at, "id"), "NUMBER_TYPE_COERCE", f'Value "{number}" is not snowflake.')
            continue
        number = int(str(number))
        if number in seen:
            form.wrong((*path, at, "id"), "ATTACHMENT_DUPLICATED", "Attachment ids cannot be duplicated")
        elif number not in parts and number not in known:
            form.wrong((*path, at, "id"), "ATTACHMENT_NOT_FOUND", "The referenced attachment was not found")
        seen.add(number)
        form.text((*path, at, "filename"), item.get("filename"), low=1, high=1024)
        form.text((*path, at, "description"), item.get("description"), high=1024)
    if len(parts) > MOST_FILES:
        form.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_FILES} or fewer in length.")


def _embeds(form: Form, path: Path, value: object, filenames: set[str]) -> None:
    total = 0
    for at, each in enumerate(form.items(path, value, high=10)):
        total += _embed(form, (*path, at), form.table((*path, at), each), filenames)
    if total > MOST_EMBED_TEXT:
        message = f"Embed size exceeds maximum size of {MOST_EMBED_TEXT}"
        form.wrong(path, "MAX_EMBED_SIZE_EXCEEDED", message)


def _embed(form: Form, path: Path, embed: dict[str, Any], filenames: set[str]) -> int:
    texts = [
        form.text((*path, "title"), embed.get("title"), high=256),
        form.text((*path, "description"), embed.get("description"), high=4096),
    ]
    if embed.get("color") is not None:
        form.integer((*path, "color"), embed["color"], low=0, high=0xFFFFFF)
    for at, each in enumerate(form.items((*path, "fields"), embed.get("fields"), high=25)):
        field = form.table((*path, "fields", at), each)
        for key, most in (("name", 256), ("value", 1024)):
            place = (*path, "fields", at, key)
            texts.append(form.text(place, field.get(key), low=1, high=most, required=True))
    for part, key, most in (("author", "name", 256), ("footer", "text", 2048)):
        if embed.get(part) is not None:
            inner = form.table((*path, part), embed[part])
            texts.append(form.text((*path, part, key), inner.get(key), low=1, high=most, required=True))
            _address(form, (*path, part, "icon_url"), inner.get("icon_url"), filenames)
    for part in ("image", "thumbnail"):
        if embed.get(part) is not None:
            url = form.table((*path, part), embed[part]).get("url")
            _address(form, (*path, part, "url"), url, filenames)
    return sum(len(text or "") for text in texts)


def _address(form: Form, path: Path, value: object, filenames: set[str]) -> None:
    url = form.text(path, value, high=2048)
    if url and not url.startswith(("http://", "https://", "attachment://")):
        form.wrong(path, "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').")
    elif url and url.startswith("attachment://") and url.removeprefix("attachment://") not in filenames:
        form.wrong(path, "ATTACHMENT_NOT_FOUND", "The referenced attachment was not found")


def _mentions(form: Form, path: Path, value: object) -> None:
    if value is None:
        return
    mentions = form.table(path, value)
    kinds = form.items((*path, "parse"), mentions.get("parse"), high=3)
    for at, kind in enumerate(kinds):
        if kind not in ("users", "roles", "everyone"):
            message = "Value must be one of ('users', 'roles', 'everyone')."
            form.wrong((*path, "parse", at), "BASE_TYPE_CHOICES", message)
    for kind in ("users", "roles"):
        if form.items((*path, kind), mentions.get(kind), high=100) and kind in kinds:
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.wrong(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
