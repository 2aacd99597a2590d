"""BMP: the header only. The format has no place for metadata; it is always converted."""

from __future__ import annotations

import struct

from bot.pictures.formats.anatomy import Data, Measure

_CORE_HEADER = 12


def measure(data: Data, *, frames: int) -> Measure:
    """Sides from the bitmap header; a negative height only means that rows run downwards."""
    (header,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header == _CORE_HEADER else "<ii", data, 18)
    return Measure(abs(width), abs(height), 1)
