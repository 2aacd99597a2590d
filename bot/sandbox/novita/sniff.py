"""What a file's bytes say it is, and what they tell about its author: type, size, metadata, a small copy.

Reads bytes only; runs in a thread, because it decodes. Knows nothing of uploads or accounts.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ExifTags, Image

THUMBNAIL_SIDE = 384
"""Pixels of the longer side of the copy that the painter learns from."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`format` is `jpeg`, `png`, `webp`, another Pillow name in lower case, or empty for what is no picture.

    `metadata` names what must not leave a person's machine: `exif`, `gps`, `xmp`, `iptc`, `comment`, `text`.
    `thumbnail` is a small JPEG, empty when the picture cannot be decoded.
    """

    format: str
    width: int
    height: int
    metadata: frozenset[str]
    thumbnail: bytes


def sniff(data: bytes) -> Sniffed:
    """Look at a file's content; its name and declared type play no part."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            kind = (image.format or "").lower()
            width, height = image.size
            metadata = frozenset(_metadata(data, kind)) | ({"gps"} if _has_gps(image) else frozenset())
            try:
                image.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
                small = image.convert("RGB")
                small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BILINEAR)
                out = io.BytesIO()
                small.save(out, "JPEG", quality=92)
                thumbnail = out.getvalue()
            except (OSError, SyntaxError, ValueError):
                thumbnail = b""
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Sniffed("", 0, 0, frozenset(), b"")
    return Sniffed(kind, width, height, metadata, thumbnail)


def _has_gps(image: Image.Image) -> bool:
    return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))


def _metadata(data: bytes, kind: str) -> Iterator[str]:
    match kind:
        case "jpeg" | "mpo":
            yield from _jpeg_metadata(data)
        case "png":
            yield from (_PNG_CHUNKS[name] for name in _chunks_png(data) if name in _PNG_CHUNKS)
        case "webp":
            yield from (_WEBP_CHUNKS[name] for name in _chunks_riff(data) if name in _WEBP_CHUNKS)


def _jpeg_metadata(data: bytes) -> Iterator[str]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] not in {0xDA, 0xD9}:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        start = data[at + 4 : at + 40]
        if marker == 0xE1:
            yield "exif" if start.startswith(b"Exif") else "xmp"
        elif marker == 0xED:
            yield "iptc"
        elif marker == 0xFE:
            yield "comment"
        at += 2 + length


_PNG_CHUNKS = {b"eXIf": "exif", b"tEXt": "text", b"zTXt": "text", b"iTXt": "text", b"tIME": "text"}
_WEBP_CHUNKS = {b"EXIF": "exif", b"XMP ": "xmp"}


def _chunks_png(data: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(data):
        yield data[at + 4 : at + 8]
        at += 12 + int(struct.unpack(">I", data[at : at + 4])[0])


def _chunks_riff(data: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(data):
        yield data[at : at + 4]
        length = int(struct.unpack("<I", data[at + 4 : at + 8])[0])
        at += 8 + length + (length & 1)
