"""TIFF: sides and number of pages from the directories. It is always converted."""

from __future__ import annotations

import struct

from bot.pictures.formats.anatomy import Damaged, Data, Measure

_WIDTH, _HEIGHT, _TILE_WIDTH, _TILE_HEIGHT = 256, 257, 322, 323
_FORMATS = {1: "B", 3: "H", 4: "I"}


def measure(data: Data, *, frames: int) -> Measure:
    """The first page; pages to one past `frames`. One tile may be larger than the picture: it is what is `coded`."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    sides = _sides(data, order, at)
    seen: set[int] = set()
    while at and len(seen) <= frames:
        if at in seen:
            raise Damaged("pages in a circle")
        seen.add(at)
        (entries,) = struct.unpack_from(order + "H", data, at)
        (at,) = struct.unpack_from(order + "I", data, at + 2 + 12 * entries)
    tile = sides.get(_TILE_WIDTH, 0) * sides.get(_TILE_HEIGHT, 0)
    return Measure(sides.get(_WIDTH, 0), sides.get(_HEIGHT, 0), len(seen), tile)


def _sides(data: Data, order: str, at: int) -> dict[int, int]:
    found: dict[int, int] = {}
    (entries,) = struct.unpack_from(order + "H", data, at)
    for entry in range(at + 2, at + 2 + 12 * entries, 12):
        tag, kind, count = struct.unpack_from(order + "HHI", data, entry)
        if tag in (_WIDTH, _HEIGHT, _TILE_WIDTH, _TILE_HEIGHT):
            if kind not in _FORMATS or count != 1:
                raise Damaged("a side that is no number")
            (found[tag],) = struct.unpack_from(order + _FORMATS[kind], data, entry + 8)
    return found
