"""PNG by its chunks: what is kept are IHDR, PLTE, tRNS, IDAT and IEND; all else is dropped, with everything after
the end. Of an animated PNG the picture that readers without animation show remains.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from bot.pictures.formats.anatomy import Anatomy, Damaged, Data, Measure
from bot.pictures.formats.exif import orientation_in

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_MOST_CHUNKS = 100_000
_MOST_PROFILE = 1024 * 1024
_STEP, _WINDOW = 16 * 1024, 256 * 1024
"""Bytes of packed pixels taken, and of unpacked ones held, at a time."""


def measure(data: Data, *, frames: int) -> Measure:
    """Sides from IHDR, frames from acTL where it comes before the pixels, as it must. `frames` is not used."""
    if data[12:16] != b"IHDR":
        raise Damaged("no IHDR")
    width, height = struct.unpack_from(">II", data, 16)
    for name, start, end in _chunks(data):
        if name == b"acTL" and end - start == 8:
            return Measure(width, height, max(1, struct.unpack_from(">I", data, start)[0]))
        if name == b"IDAT":
            break
    return Measure(width, height, 1)


def dissect(data: Data) -> Anatomy:
    """Checks sums and inflates all pixels a window at a time, so that a cut or damaged file is known for one before
    memory is taken for its picture. Bytes hidden behind the end of the pixel stream are dropped too.
    """
    out = io.BytesIO()
    out.write(_SIGNATURE)
    pixels: _Pixels | None = None
    orientation, profile, srgb, ended = 1, None, False, False
    for name, start, end in _chunks(data):
        if name == b"IHDR":
            if pixels is not None or end - start != 13:
                raise Damaged("IHDR")
            pixels = _Pixels(*struct.unpack_from(">IIBBBBB", data, start))
            _copy(out, data, start, end)
        elif pixels is None:
            raise Damaged("IHDR is not the first")
        elif name in (b"PLTE", b"tRNS"):
            _copy(out, data, start, end)
        elif name == b"IDAT":
            _checked(data, start, end)
            pixels.feed(data[start:end], out)
        elif name == b"eXIf":
            orientation = orientation_in(data[start:end])
        elif name == b"sRGB":
            srgb = True
        elif name == b"iCCP":
            profile = _profile(data[start:end])
        elif name == b"IEND":
            ended = True
    if pixels is None or not pixels.whole or not ended:
        raise Damaged("cut short")
    _write(out, b"IEND", b"")
    return Anatomy(
        clean=out.getvalue(),
        orientation=orientation,
        profile=None if srgb else profile,
        plain=pixels.depth <= 8,
    )


def inscribed(data: Data, *, keyword: str, text: str) -> bytes:
    """The file with `text` under `keyword`, in place of what it said under that; every other chunk as it is.

    Errors: `Damaged`, `struct.error` for bytes that are no PNG.
    """
    name = keyword.encode("latin-1") + b"\0"
    out = io.BytesIO()
    out.write(_SIGNATURE)
    for kind, start, end in _chunks(data):
        said = kind in (b"tEXt", b"zTXt", b"iTXt") and data[start : start + len(name)] == name
        if not said:
            _copy(out, data, start, end)
        if kind == b"IHDR":
            _write(out, b"iTXt", name + b"\0\0\0\0" + text.encode())
    return out.getvalue()


class _Pixels:
    """Follows the compressed pixels to their end and counts what they unpack to."""

    def __init__(
        self, width: int, height: int, depth: int, colour: int, method: int, filtering: int, interlaced: int
    ) -> None:
        if depth not in _DEPTHS.get(colour, ()) or method or filtering or interlaced > 1:
            raise Damaged("IHDR")
        self.depth = depth
        bits = depth * _CHANNELS[colour]
        passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
        self._expected = 0
        for left, top, across, down in passes:
            columns, rows = -(-(width - left) // across), -(-(height - top) // down)
            if columns > 0 and rows > 0:
                self._expected += rows * (1 + (columns * bits + 7) // 8)
        self._seen = 0
        self._stream = zlib.decompressobj()

    @property
    def whole(self) -> bool:
        """Whether the stream has ended, sum included, and covers the picture."""
        return self._stream.eof and self._seen >= self._expected

    def feed(self, packed: bytes, out: io.BytesIO) -> None:
        """One IDAT; what of it belongs to the stream is written to `out`."""
        if self._stream.eof:
            return
        used = len(packed)
        for at in range(0, len(packed), _STEP):
            tail = packed[at : at + _STEP]
            while tail and not self._stream.eof:
                self._seen += len(self._stream.decompress(tail, _WINDOW))
                if self._seen > self._expected + _WINDOW:
                    raise Damaged("more pixels than the picture has")
                tail = self._stream.unconsumed_tail
            if self._stream.eof:
                used = min(at + _STEP, used) - len(self._stream.unused_data)
                break
        _write(out, b"IDAT", packed[:used])


def _chunks(data: Data) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of its payload, end of it) up to and with IEND."""
    at = len(_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        length, name = struct.unpack_from(">I4s", data, at)
        start, end = at + 8, at + 8 + length
        if end + 4 > len(data):
            raise Damaged("a chunk beyond the end")
        yield name, start, end
        if name == b"IEND":
            return
        at = end + 4
    raise Damaged("too many chunks")


def _checked(data: Data, start: int, end: int) -> None:
    if zlib.crc32(data[start - 4 : end]) != struct.unpack_from(">I", data, end)[0]:
        raise Damaged("a chunk's sum is wrong")


def _copy(out: io.BytesIO, data: Data, start: int, end: int) -> None:
    _checked(data, start, end)
    out.write(data[start - 8 : end + 4])


def _write(out: io.BytesIO, name: bytes, payload: bytes) -> None:
    out.write(struct.pack(">I", len(payload)) + name + payload)
    out.write(struct.pack(">I", zlib.crc32(payload, zlib.crc32(name))))


def _profile(payload: bytes) -> bytes | None:
    """The ICC profile in an iCCP chunk; None when it is unreadable or absurdly long."""
    _, _, packed = payload.partition(b"\x00")
    stream = zlib.decompressobj()
    try:
        profile = stream.decompress(packed[1:], _MOST_PROFILE)
    except zlib.error:
        return None
    return profile if stream.eof else None
