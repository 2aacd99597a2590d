"""What a message body may hold: each limit, the field it names, the word it is refused with."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.discord import Channel
from tests.integration.sandbox_discord.raw import RawBot
from tests.integration.sandbox_discord.shapes import V2, button, option, post, row, text

BAD_BODIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "content of 2001 characters": ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    "eleven embeds": ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
    "embeds of 6001 characters": (
        {"embeds": [{"description": "x" * 3001}] * 2},
        "embeds",
        "MAX_EMBED_SIZE_EXCEEDED",
    ),
    "an embed title of 257": ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    "an embed picture that is not there": (
        {"embeds": [{"title": "x", "image": {"url": "attachment://a.png"}}]},
        "embeds.0.image.url",
        "ATTACHMENT_NOT_FOUND",
    ),
    "six rows": (
        {"components": [row(button(str(n))) for n in range(6)]},
        "components",
        "BASE_TYPE_MAX_LENGTH",
    ),
    "six buttons in a row": (
        {"components": [row(*(button(str(n)) for n in range(6)))]},
        "components.0.components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a label of 81": (
        {"components": [row(button(label="x" * 81))]},
        "components.0.components.0.label",
        "BASE_TYPE_MAX_LENGTH",
    ),
    "a custom_id of 101": (
        {"components": [row(button("x" * 101))]},
        "components.0.components.0.custom_id",
        "BASE_TYPE_BAD_LENGTH",
    ),
    "an empty custom_id": (
        {"components": [row(button(""))]},
        "components.0.components.0.custom_id",
        "BASE_TYPE_REQUIRED",
    ),
    "a custom_id twice": (
        {"components": [row(button("a"), button("a"))]},
        "components.0.components.1.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    "a button without label": (
        {"components": [row({"type": 2, "style": 1, "custom_id": "a"})]},
        "components.0.components.0.label",
        "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
    ),
    "a link with a custom_id": (
        {"components": [row(button(style=5, url="https://example.org"))]},
        "components.0.components.0",
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    "26 select options": (
        {"components": [row({"type": 3, "custom_id": "s", "options": [option(str(n)) for n in range(26)]})]},
        "components.0.components.0.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a select beside a button": (
        {"components": [row(button(), {"type": 3, "custom_id": "s", "options": [option("a")]})]},
        "components.0.components",
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ),
    "an option value twice": (
        {"components": [row({"type": 3, "custom_id": "s", "options": [option("a"), option("a")]})]},
        "components.0.components.0.options.1.value",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    "an unknown component type": (
        {"flags": V2, "components": [{"type": 99}]},
        "components.0.type",
        "UNION_TYPE_CHOICES",
    ),
    "a modal's component": (
        {"components": [row({"type": 4, "custom_id": "t", "style": 1})]},
        "components.0.components.0.type",
        "UNION_TYPE_CHOICES",
    ),
    "a text display without the flag": (
        {"components": [text("x")]},
        "components.0.type",
        "UNION_TYPE_CHOICES",
    ),
    "41 components, nested ones counted": (
        {"flags": V2, "components": [{"type": 17, "components": [text("x")] * 40}]},
        "components",
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    "4001 characters of text displays": (
        {"flags": V2, "components": [text("x" * 2001), text("x" * 2000)]},
        "components",
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    "content with v2": (
        {"flags": V2, "content": "x", "components": [text("x")]},
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "embeds with v2": (
        {"flags": V2, "embeds": [{"title": "x"}], "components": [text("x")]},
        "embeds",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "eleven gallery items": (
        {
            "flags": V2,
            "components": [{"type": 12, "items": [{"media": {"url": "https://example.org/a.png"}}] * 11}],
        },
        "components.0.items",
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a gallery picture that is not there": (
        {"flags": V2, "components": [{"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}]},
        "components.0.items.0.media.url",
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    "a file component of a link": (
        {"flags": V2, "components": [{"type": 13, "file": {"url": "https://example.org/a.zip"}}]},
        "components.0.file.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    "a section without accessory": (
        {"flags": V2, "components": [{"type": 9, "components": [text("x")]}]},
        "components.0.accessory",
        "MODEL_TYPE_CONVERT",
    ),
    "a container in a container": (
        {
            "flags": V2,
            "components": [{"type": 17, "components": [{"type": 17, "components": [text("x")]}]}],
        },
        "components.0.components.0.type",
        "UNION_TYPE_CHOICES",
    ),
    "an attachment that was not sent": (
        {"content": "x", "attachments": [{"id": 0, "filename": "a.png"}]},
        "attachments.0",
        "ATTACHMENT_NOT_FOUND",
    ),
    "users both parsed and listed": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    "a nonce of 26": ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    "an unknown reply": (
        {"content": "x", "message_reference": {"message_id": "5"}},
        "message_reference",
        "REPLIES_UNKNOWN_MESSAGE",
    ),
}


@pytest.mark.parametrize("name", BAD_BODIES)
async def test_a_body_over_a_limit_is_50035_and_names_the_field(
    raw: RawBot, studio: Channel, name: str
) -> None:
    body, path, code = BAD_BODIES[name]
    faults = (await post(raw, studio, body)).faults()
    found = [codes for place, codes in faults.items() if place == path or place.startswith(f"{path}.")]
    assert any(code in codes for codes in found), faults
    assert not studio.posts
