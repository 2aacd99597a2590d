"""Bodies and pictures that the tests send."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from bot.sandbox.discord import Channel
from tests.integration.sandbox_discord.raw import RawBot, Reply

V2 = 1 << 15
EPHEMERAL = 64


def picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, kind)
    return buffer.getvalue()


async def post(raw: RawBot, channel: Channel, body: dict[str, Any], **more: Any) -> Reply:
    return await raw.call("POST", f"/channels/{channel.id}/messages", body, **more)


def button(custom_id: str = "b", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": custom_id[:80] or "press", "custom_id": custom_id} | more


def row(*inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(inside)}


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def option(value: str) -> dict[str, str]:
    return {"label": value, "value": value}
