"""JPEG by its segments (ITU T.81 annex B): what is kept are tables, frame and scans; what is dropped are all
application segments but the two that decide about colour, comments, and whatever follows the end of the picture.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator

from bot.pictures.formats.anatomy import Anatomy, Damaged, Data, Measure
from bot.pictures.formats.exif import orientation_in

_DHT, _DAC, _EOI, _SOS, _DQT, _DRI = 0xC4, 0xCC, 0xD9, 0xDA, 0xDB, 0xDD
_APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {_DHT, 0xC8, _DAC}
_TABLES = frozenset({_DHT, _DAC, _DQT, _DRI})
_DROPPED = frozenset(range(_APP0, _APP15 + 1)) | {_COM, 0xDC, 0xDE, 0xDF}
_EVERYDAY_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_PROGRESSIVE_FRAMES = frozenset({0xC2, 0xC6, 0xCA, 0xCE})

_NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_MOST_SEGMENTS = 4096
_MOST_SCANS = 100
"""A progressive picture has about ten; thousands, each nearly empty, are a known way to burn a decoder's time."""

_CANONICAL_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_ADOBE_LENGTH = 12


def measure(data: Data, *, frames: int) -> Measure:
    """Sides from the first frame header. `frames` is not used: a JPEG is one picture, later ones are dropped."""
    for marker, start, _ in _segments(data, 2):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, start + 1)
            return Measure(width, height, 1)
        if marker == _SOS:
            break
    raise Damaged("no frame header")


def dissect(data: Data) -> Anatomy:
    """Everything from the start to the end-of-image marker, which must be there."""
    out = io.BytesIO()
    out.write(b"\xff\xd8")
    frame: tuple[int, int, int] | None = None
    orientation: int | None = None
    profile: dict[int, bytes] = {}
    scans = 0
    for marker, start, end in _segments(data, 2):
        if marker == _EOI:
            break
        if marker == _APP0 and data[start : start + 5] == b"JFIF\x00" and out.tell() == 2:
            out.write(_CANONICAL_JFIF)
        elif marker == _APP14 and data[start : start + 5] == b"Adobe" and end - start >= _ADOBE_LENGTH:
            out.write(
                struct.pack(">BBH", 0xFF, _APP14, _ADOBE_LENGTH + 2) + data[start : start + _ADOBE_LENGTH]
            )
        elif marker == _APP1 and data[start : start + 6] == b"Exif\x00\x00" and orientation is None:
            orientation = orientation_in(data[start:end])
        elif marker == _APP2 and data[start : start + 12] == b"ICC_PROFILE\x00" and end - start > 14:
            profile.setdefault(data[start + 12], data[start + 14 : end])
        elif marker in _FRAMES:
            if frame is not None:
                raise Damaged("a second frame header")
            frame = marker, data[start], data[start + 5]
            out.write(data[start - 4 : end])
        elif marker == _SOS:
            if frame is None:
                raise Damaged("a scan before the frame header")
            scans += 1
            if scans > _MOST_SCANS:
                raise Damaged("too many scans")
            out.write(data[start - 4 : end])
        elif marker in _TABLES:
            out.write(data[start - 4 : end])
    if frame is None or scans == 0:
        raise Damaged("no picture in it")
    out.write(b"\xff\xd9")
    process, precision, components = frame
    return Anatomy(
        clean=out.getvalue(),
        orientation=orientation or 1,
        profile=b"".join(profile[number] for number in sorted(profile)) or None,
        plain=process in _EVERYDAY_FRAMES and precision == 8 and components in (1, 3),
        buffered=process in _PROGRESSIVE_FRAMES or scans > 1,
    )


def _segments(data: Data, at: int) -> Iterator[tuple[int, int, int]]:
    """(marker, start of its payload, end) to the end-of-image marker; a scan's end includes its coded data."""
    for _ in range(_MOST_SEGMENTS):
        if data[at] != 0xFF:
            raise Damaged("no marker where one must be")
        while data[at] == 0xFF:
            at += 1
        marker, start = data[at], at + 3
        if marker == _EOI:
            yield marker, at + 1, at + 1
            return
        if marker not in _FRAMES | _TABLES | _DROPPED | {_SOS}:
            raise Damaged("an unknown marker")
        (length,) = struct.unpack_from(">H", data, at + 1)
        end = at + 1 + length
        if length < 2 or end > len(data):
            raise Damaged("a segment beyond the end")
        if marker == _SOS:
            following = _NEXT_MARKER.search(data, end)
            if following is None:
                raise Damaged("cut short")
            end = following.start()
        yield marker, start, end
        at = end
    raise Damaged("too many segments")
