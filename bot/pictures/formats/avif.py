"""AVIF: the boxes of HEIC around AV1 pictures. It is always converted.

The boxes are not enough: a decoder takes memory for what the AV1 sequence header says, and a file of 2 KB can say
16,384 × 16,384 there under boxes that say 300 × 300. So the sequence header of every item is read too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.pictures.formats import heif
from bot.pictures.formats.anatomy import Anatomy, Damaged, Data, Measure

_SEQUENCE_HEADER = 1
_MOST_UNITS, _MOST_ITEMS, _MOST_EXTENTS = 10_000, 1000, 1000
_FIELDS = {0: "", 4: "I", 8: "Q"}


def measure(data: Data, *, frames: int) -> Measure:
    """Sides and frames as for HEIC; `coded` from the AV1 data."""
    found = heif.measure(data, frames=frames)
    coded = [
        _coded_pixels(unit)
        for item in _items(data)
        for kind, unit in _units(item)
        if kind == _SEQUENCE_HEADER
    ]
    if not coded:
        raise Damaged("no AV1 picture")
    return Measure(found.width, found.height, found.frames, max(coded))


def dissect(data: Data) -> Anatomy:
    """The file as it is, but for the brand of a sequence: its cover, which was measured, is shown, not its track."""
    return Anatomy(clean=data[:8] + b"avif" + data[12:])


def _items(data: Data) -> Iterator[bytes]:
    """The bytes of every AV1 item, by iinf (which items) and iloc (where); in all not more than the file has."""
    room = len(data)
    for start, stop in heif.boxes_at(data, [(0, len(data))], b"meta"):
        meta = [(start + heif.FULL_BOX, stop)]
        pictures = set(_pictures(data, meta))
        idat = [start for start, _ in heif.boxes_at(data, meta, b"idat")]
        for at, end in heif.boxes_at(data, meta, b"iloc"):
            for item, method, extents in _locations(data, at, end):
                if item not in pictures:
                    continue
                if method > 1 or (method == 1 and not idat):
                    raise Damaged("an item in an unknown place")
                base = idat[0] if method == 1 else 0
                ranges = [
                    (base + offset, base + offset + length if length else len(data))
                    for offset, length in extents
                ]
                room -= sum(end - start for start, end in ranges)
                if room < 0:
                    raise Damaged("items that share their bytes")
                yield b"".join(data[start:end] for start, end in ranges)


def _pictures(data: Data, meta: list[tuple[int, int]]) -> Iterator[int]:
    for start, stop in heif.boxes_at(data, meta, b"iinf"):
        children = start + heif.FULL_BOX + (2 if data[start] == 0 else 4)
        for at, _ in heif.boxes_at(data, [(children, stop)], b"infe"):
            item, _, kind = struct.unpack_from(
                ">IH4s" if data[at] == 3 else ">HH4s", data, at + heif.FULL_BOX
            )
            if kind == b"av01":
                yield item


def _locations(data: Data, at: int, end: int) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """(item, construction method, its (offset, length) extents) as ISO/IEC 14496-12 §8.11.3 lays them out."""
    version, sizes, more = data[at], data[at + 4], data[at + 5]
    if {sizes >> 4, sizes & 15, more >> 4, more & 15} - _FIELDS.keys() or version > 2:
        raise Damaged("iloc")
    head = struct.Struct(
        ">" + ("I" if version == 2 else "H") + ("H" if version else "") + "H" + _FIELDS[more >> 4] + "H"
    )
    index = _FIELDS[more & 15] if version else ""
    extent = struct.Struct(">" + index + _FIELDS[sizes >> 4] + _FIELDS[sizes & 15])
    count = struct.Struct(">I" if version == 2 else ">H")
    (items,) = count.unpack_from(data, at + 6)
    if items > _MOST_ITEMS:
        raise Damaged("too many items")
    at += 6 + count.size
    for _ in range(items):
        fields = head.unpack_from(data, at)
        at += head.size
        base = fields[-2] if more >> 4 else 0
        if fields[-1] > _MOST_EXTENTS:
            raise Damaged("too many extents")
        extents = []
        for _ in range(fields[-1]):
            where = extent.unpack_from(data, at)
            at += extent.size
            length = where[-1] if sizes & 15 else 0
            offset = where[len(index)] if sizes >> 4 else 0
            extents.append((base + offset, length))
        if at > end:
            raise Damaged("iloc")
        yield fields[0], fields[1] & 15 if version else 0, extents


def _units(item: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, payload's beginning) of every open bitstream unit (AV1 §5.3)."""
    at = 0
    for _ in range(_MOST_UNITS):
        if at >= len(item):
            return
        header = item[at]
        at += 2 if header & 4 else 1
        size = len(item) - at
        if header & 2:
            size, shift, more = 0, 0, True
            while more:
                size |= (item[at] & 0x7F) << shift
                more = bool(item[at] & 0x80) and shift < 49
                at, shift = at + 1, shift + 7
        yield header >> 3 & 15, item[at : at + min(size, 256)]
        at += size
    raise Damaged("too many units")


def _coded_pixels(header: bytes) -> int:
    """How many pixels a sequence header lets a frame have (AV1 §5.5).

    Only in a reduced still picture header is the size that of every frame. Otherwise a frame may state its own, of as
    many bits as the header reserves; honest ones reserve as few as possible, hence half of that.
    """
    bits = _Bits(header)
    bits.skip(4)
    reduced = bits.take(1)
    if reduced:
        bits.skip(5)
    else:
        _skip_operating_points(bits)
    across, down = bits.take(4) + 1, bits.take(4) + 1
    width, height = bits.take(across) + 1, bits.take(down) + 1
    return width * height if reduced else max(width * height, (1 << across + down) // 2)


def _skip_operating_points(bits: _Bits) -> None:
    delay_length = 0
    if bits.take(1):
        bits.skip(64)
        if bits.take(1):
            zeros = 0
            while not bits.take(1):
                zeros += 1
            bits.skip(zeros)
        if bits.take(1):
            delay_length = bits.take(5) + 1
            bits.skip(32 + 5 + 5)
    initial_delay = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.skip(12)
        if bits.take(5) > 7:
            bits.skip(1)
        if delay_length and bits.take(1):
            bits.skip(2 * delay_length + 1)
        if initial_delay and bits.take(1):
            bits.skip(4)


class _Bits:
    """Bits from the front of some bytes; IndexError beyond the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise IndexError
        return self._value >> self._left & ((1 << count) - 1)

    def skip(self, count: int) -> None:
        self.take(count)
