"""HEIC: sides and frames from the boxes of the ISO base media file (ISO/IEC 23008-12). It is always converted.

Its decoder, libheif, refuses coded pictures that are larger than these boxes say.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.pictures.formats.anatomy import Damaged, Data, Measure

_MOST_BOXES = 2000
FULL_BOX = 4
"""Bytes of version and flags at the start of some boxes."""


def measure(data: Data, *, frames: int) -> Measure:
    """The largest size that any item declares (`ispe`): tiles and thumbnails are smaller than the picture itself.

    Frames are those of the longest track. `frames` is not used: they are declared, not walked.
    """
    sizes = [
        struct.unpack_from(">II", data, start + FULL_BOX)
        for meta, stop in boxes_at(data, [(0, len(data))], b"meta")
        for start, _ in boxes_at(data, [(meta + FULL_BOX, stop)], b"iprp", b"ipco", b"ispe")
    ]
    if not sizes:
        raise Damaged("no size in it")
    tracks = boxes_at(data, [(0, len(data))], b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsz")
    counts = [struct.unpack_from(">I", data, start + FULL_BOX + 4)[0] for start, _ in tracks]
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return Measure(width, height, max([1, *counts]))


def boxes_at(data: Data, ranges: list[tuple[int, int]], *path: bytes) -> list[tuple[int, int]]:
    """(start, end) of the payload of every box at the end of `path`."""
    for name in path:
        ranges = [
            (start, end)
            for at, stop in ranges
            for found, start, end in _boxes(data, at, stop)
            if found == name
        ]
        if len(ranges) > _MOST_BOXES:
            raise Damaged("too many boxes")
    return ranges


def _boxes(data: Data, at: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    for _ in range(_MOST_BOXES):
        if at + 8 > stop:
            return
        length, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = stop if length == 0 else at + length
        if end < start or end > stop:
            raise Damaged("a box beyond the end")
        yield name, start, end
        at = end
    raise Damaged("too many boxes")
