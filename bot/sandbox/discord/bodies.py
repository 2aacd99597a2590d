"""Reading request bodies: JSON, or multipart with `payload_json` and `files[n]` (discord-emulator §2.10)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.discord.refusals import Refused, invalid_json

_FILE = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class IncomingFile:
    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Incoming:
    """A body as read: `body` is the JSON (None when there was none), `files` are by their n."""

    content_type: str = ""
    body: Any = None
    files: dict[int, IncomingFile] = field(default_factory=dict)

    def table(self) -> dict[str, Any]:
        """The JSON object. Refused when the body is anything else."""
        if not isinstance(self.body, dict):
            raise invalid_json()
        return self.body

    def described(self) -> list[dict[str, Any]]:
        """The files as the log shows them."""
        return [
            {"field": f"files[{n}]", "filename": each.filename, "size": len(each.data)}
            for n, each in self.files.items()
        ]


async def read(request: web.Request) -> Incoming:
    """Read the body of a request. Refused (400/50109) when it is not what its type says."""
    incoming = Incoming(request.content_type if "Content-Type" in request.headers else "")
    if not request.can_read_body:
        return incoming
    if incoming.content_type == "multipart/form-data":
        await _multipart(request, incoming)
    elif incoming.content_type == "application/json":
        incoming.body = _json(await request.text())
    elif await request.read():
        raise Refused(400, 50035, "Invalid Form Body", errors=_unsupported(incoming.content_type))
    return incoming


async def _multipart(request: web.Request, incoming: Incoming) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise invalid_json()
        data = bytes(await part.read())
        if part.name == "payload_json":
            incoming.body = _json(data.decode())
            continue
        matched = _FILE.fullmatch(part.name or "")
        if matched is None or not part.filename:
            raise invalid_json()
        kind = part.headers.get("Content-Type", "application/octet-stream")
        incoming.files[int(matched[1])] = IncomingFile(part.filename, kind, data)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise invalid_json() from error


def _unsupported(content_type: str) -> dict[str, Any]:
    message = f"Expected \"Content-Type\" header to be one of {{'application/json'}}, not {content_type!r}."
    return {"_errors": [{"code": "CONTENT_TYPE_INVALID", "message": message}]}
