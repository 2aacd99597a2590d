"""WebP by its chunks (RFC 9649): what is kept is the picture, its alpha and what ties them; of an animation the
first frame. EXIF, XMP, ICC, unknown chunks and whatever follows the RIFF are dropped.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.pictures.formats.anatomy import Anatomy, Damaged, Data, Measure
from bot.pictures.formats.exif import orientation_in

_ALPHA, _ANIMATION = 0x10, 0x02
_MOST_CHUNKS = 20_000


def measure(data: Data, *, frames: int) -> Measure:
    """The canvas; a still picture's own size must agree with it, a frame must not exceed it."""
    canvas: tuple[int, int] | None = None
    animated, counted = False, 0
    for name, start, end in _chunks(data, 12, _riff_end(data)):
        if name == b"VP8X" and canvas is None:
            canvas = _u24(data, start + 4) + 1, _u24(data, start + 7) + 1
            animated = bool(data[start] & _ANIMATION)
        elif name in (b"VP8 ", b"VP8L"):
            size = _coded_size(data, name, start)
            if canvas is not None and canvas != size:
                raise Damaged("canvas and picture differ in size")
            return Measure(*size, 1)
        elif name == b"ANMF":
            if canvas is None or not animated:
                raise Damaged("a frame without an animation")
            _check_frame(data, start, end, canvas)
            counted += 1
            if counted > frames:
                break
    if canvas is None or not counted:
        raise Damaged("no picture in it")
    return Measure(*canvas, counted)


def dissect(data: Data) -> Anatomy:
    """A still picture keeps its coded bytes; an animation is reduced to its first frame and is not `plain`."""
    header: bytes | None = None
    kept: list[tuple[bytes, bytes]] = []
    orientation, profile, still, animated = 1, None, False, False
    for name, start, end in _chunks(data, 12, _riff_end(data)):
        if name == b"VP8X" and header is None:
            header = data[start:end]
        elif name == b"ANIM" and not animated:
            kept.append((name, data[start:end]))
        elif name == b"ANMF" and not animated and not still:
            animated = True
            kept.append((name, data[start:end]))
        elif name == b"ALPH" and not still:
            kept.append((name, data[start:end]))
        elif name in (b"VP8 ", b"VP8L") and not still and not animated:
            still = True
            kept.append((name, data[start:end]))
        elif name == b"EXIF":
            orientation = orientation_in(data[start:end])
        elif name == b"ICCP":
            profile = data[start:end]
    if not still and not animated:
        raise Damaged("no picture in it")
    if still:
        kept = [chunk for chunk in kept if chunk[0] != b"ANIM"]
    if header is not None and (animated or len(kept) > 1):
        flags = header[0] & (_ALPHA | (_ANIMATION if animated else 0))
        kept.insert(0, (b"VP8X", bytes([flags]) + header[1:]))
    body = b"".join(_chunk(name, payload) for name, payload in kept)
    return Anatomy(
        clean=b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body,
        orientation=orientation,
        profile=profile,
        plain=still,
    )


def _riff_end(data: Data) -> int:
    end = 8 + int(struct.unpack_from("<I", data, 4)[0])
    if end > len(data):
        raise Damaged("cut short")
    return end


def _chunks(data: Data, at: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of its payload, end of it); a last odd byte of padding may be missing."""
    for _ in range(_MOST_CHUNKS):
        if at + 8 > stop:
            return
        name, length = struct.unpack_from("<4sI", data, at)
        start, end = at + 8, at + 8 + length
        if end > stop:
            raise Damaged("a chunk beyond the end")
        yield name, start, end
        at = end + (length & 1)
    raise Damaged("too many chunks")


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\x00" * (len(payload) & 1)


def _coded_size(data: Data, name: bytes, start: int) -> tuple[int, int]:
    if name == b"VP8L":
        signature, bits = struct.unpack_from("<BI", data, start)
        if signature != 0x2F:
            raise Damaged("VP8L")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if data[start + 3 : start + 6] != b"\x9d\x01\x2a":
        raise Damaged("VP8")
    width, height = struct.unpack_from("<HH", data, start + 6)
    return width & 0x3FFF, height & 0x3FFF


def _check_frame(data: Data, start: int, end: int, canvas: tuple[int, int]) -> None:
    """The rectangle of one frame, and the coded size within, stay on the canvas."""
    left, top = _u24(data, start) * 2, _u24(data, start + 3) * 2
    size = _u24(data, start + 6) + 1, _u24(data, start + 9) + 1
    if left + size[0] > canvas[0] or top + size[1] > canvas[1]:
        raise Damaged("a frame beyond the canvas")
    for name, inner, _ in _chunks(data, start + 16, end):
        if name in (b"VP8 ", b"VP8L"):
            if _coded_size(data, name, inner) != size:
                raise Damaged("frame and picture differ in size")
            return
    raise Damaged("an empty frame")


def _u24(data: Data, at: int) -> int:
    low, high = struct.unpack_from("<HB", data, at)
    return int(low | high << 16)
