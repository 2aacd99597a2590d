"""What Discord tells about a file: its content type and, for a picture, width and height.

Only headers are read (a few hundred bytes, no decoding), because uploads pass through the event loop.
"""

from __future__ import annotations

import mimetypes
import re
import struct
from dataclasses import dataclass

_TYPES = (
    mimetypes.MimeTypes()
)  # Python's own table: the machine's would make answers differ from place to place
for _kind, _ending in (
    ("image/webp", ".webp"),
    ("image/heic", ".heic"),
    ("image/heif", ".heif"),
    ("image/avif", ".avif"),
    ("image/bmp", ".bmp"),
    ("application/zip", ".zip"),
):
    _TYPES.add_type(_kind, _ending)
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ODD = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Facts:
    """A file seen from outside; `width` and `height` in pixels, None when it is no picture."""

    content_type: str
    width: int | None = None
    height: int | None = None


def facts(filename: str, data: bytes) -> Facts:
    """Recognise by the name first, as Discord does; sizes come from the bytes."""
    size = _png(data) or _gif(data) or _webp(data) or _jpeg(data) or _bmp(data)
    guessed = _TYPES.guess_type(filename)[0]
    if size is None:
        return Facts(guessed or "application/octet-stream")
    kind, width, height = size
    return Facts(guessed or kind, width, height)


def plain_name(filename: str) -> str:
    """The name Discord stores: spaces become `_`, anything but plain letters, digits, `.`, `_`, `-` goes."""
    plain = _ODD.sub("", filename.strip().replace(" ", "_")).lstrip(".")
    return plain or "unknown"


def _png(data: bytes) -> tuple[str, int, int] | None:
    if len(data) < 24 or not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    width, height = struct.unpack(">II", data[16:24])
    return "image/png", width, height


def _gif(data: bytes) -> tuple[str, int, int] | None:
    if len(data) < 10 or data[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    width, height = struct.unpack("<HH", data[6:10])
    return "image/gif", width, height


def _bmp(data: bytes) -> tuple[str, int, int] | None:
    if len(data) < 26 or not data.startswith(b"BM"):
        return None
    width, height = struct.unpack("<ii", data[18:26])
    return "image/bmp", width, abs(height)


def _webp(data: bytes) -> tuple[str, int, int] | None:
    if len(data) < 30 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
    elif kind == b"VP8L":
        packed = int.from_bytes(data[21:25], "little")
        width, height = (packed & 0x3FFF) + 1, ((packed >> 14) & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width = int.from_bytes(data[26:28], "little") & 0x3FFF
        height = int.from_bytes(data[28:30], "little") & 0x3FFF
    else:
        return None
    return "image/webp", width, height


def _jpeg(data: bytes) -> tuple[str, int, int] | None:
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return "image/jpeg", width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
