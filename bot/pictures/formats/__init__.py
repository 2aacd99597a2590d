"""The containers of pictures, read without decoding a pixel: `measured` says what a file promises, `dissected` takes
it apart. Each format is a module; they see bytes only and end in a value or in `PictureRefused(Broken())`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Protocol

from bot.pictures.formats import avif, bmp, gif, heif, jpeg, png, tiff, webp
from bot.pictures.formats.anatomy import Anatomy, Damaged, Data, Measure
from bot.pictures.kinds import Kind
from bot.pictures.verdicts import Broken, PictureRefused

__all__ = ["Anatomy", "Data", "Measure", "dissected", "measured"]

_NONSENSE = (Damaged, struct.error, IndexError, zlib.error)
"""What a parser meets in hostile bytes: fields beyond the end, broken compression, or its own objection."""


class _Measuring(Protocol):
    def __call__(self, data: Data, *, frames: int) -> Measure: ...


_MEASURE: dict[Kind, _Measuring] = {
    Kind.PNG: png.measure,
    Kind.JPEG: jpeg.measure,
    Kind.WEBP: webp.measure,
    Kind.GIF: gif.measure,
    Kind.BMP: bmp.measure,
    Kind.TIFF: tiff.measure,
    Kind.HEIC: heif.measure,
    Kind.AVIF: avif.measure,
}

_DISSECT: dict[Kind, Callable[[Data], Anatomy]] = {
    Kind.PNG: png.dissect,
    Kind.JPEG: jpeg.dissect,
    Kind.WEBP: webp.dissect,
    Kind.GIF: gif.dissect,
    Kind.AVIF: avif.dissect,
}


def measured(kind: Kind, data: Data, *, frames: int) -> Measure:
    """Sides and frames as the header promises them; frames are counted to one past `frames`."""
    try:
        found = _MEASURE[kind](data, frames=frames)
    except _NONSENSE as error:
        raise PictureRefused(Broken()) from error
    if found.width < 1 or found.height < 1:
        raise PictureRefused(Broken())
    return found


def dissected(kind: Kind, data: Data) -> Anatomy:
    """The file without what is not needed to draw it; BMP, TIFF and HEIC as they are."""
    dissect = _DISSECT.get(kind)
    try:
        return dissect(data) if dissect else Anatomy(clean=data[:])
    except _NONSENSE as error:
        raise PictureRefused(Broken()) from error
