"""What a handler answers, before it becomes bytes on a socket; faults change it on its way out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias
from xml.sax.saxutils import escape

from bot.sandbox.novita.errors import Refused, StorageRefused

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Sending(Enum):
    """How the reply leaves."""

    WHOLE = "whole"
    HANG = "hang"
    """Nothing is sent; the connection stays open until one side closes it."""
    DROP = "drop"
    """Nothing is sent; the connection is reset."""
    CUT = "cut"
    """The headers promise the whole body, half of it comes, the connection closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer. `payload` is what `body` was made from, for faults that change its shape."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    payload: Json = None
    sending: Sending = Sending.WHOLE


def of_json(payload: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON answer."""
    return Reply(
        status=status,
        body=json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode(),
        headers=MappingProxyType(dict(headers or {})),
        payload=payload,
    )


def of_text(text: str, *, status: int, content_type: str = "text/plain") -> Reply:
    """An answer that is not the API's own: a network front, a proxy, an old gateway."""
    return Reply(status=status, body=text.encode(), content_type=content_type)


def of_refusal(refused: Refused) -> Reply:
    """The error body of novita-api §1.2."""
    headers = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
    return of_json(
        {"code": refused.status, "reason": refused.reason, "message": refused.message, "metadata": {}},
        status=refused.status,
        headers=headers,
    )


def of_storage_refusal(refused: StorageRefused) -> Reply:
    """S3's XML error (novita-api §2.2)."""
    elements = {"Code": refused.code, "Message": refused.message, **refused.details}
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements.items())
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inside}</Error>'
    return Reply(status=refused.status, body=xml.encode(), content_type="application/xml")
