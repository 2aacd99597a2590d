"""What a picture looks like, in two numbers: a fingerprint that survives copying, and how sharp it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageFilter, ImageStat

BLURRY_BELOW = 25.0
"""A sharpness under this means that at training size hardly an edge is left."""

_SIDE = 32
_LOW = 8
_TRAINING_SIDE = 512
_COSINES = [[math.cos((2 * x + 1) * u * math.pi / (2 * _SIDE)) for x in range(_SIDE)] for u in range(_LOW)]
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


@dataclass(frozen=True, slots=True)
class Look:
    """`phash`: 64 bits, the signs of the lowest frequencies; alike pictures differ in few bits (see `distance`).

    `sharpness`: variance of the Laplacian at a longer side of 512 pixels; about 0 for a flat grey, below
    `BLURRY_BELOW` for a blurred picture, hundreds to thousands for a crisp one.
    """

    phash: int
    sharpness: float


def look_at(grey: Image.Image) -> Look:
    """The look of an upright picture in mode "L"."""
    return Look(_phash(grey), _sharpness(grey))


def distance(one: int, other: int) -> int:
    """In how many of 64 bits two `phash` differ: 0 for the same picture, about 32 for unrelated ones."""
    return (one ^ other).bit_count()


def _phash(grey: Image.Image) -> int:
    """Bit by bit whether one of the 64 lowest cosine frequencies lies above their median."""
    small = grey.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).tobytes()
    rows = [small[at : at + _SIDE] for at in range(0, len(small), _SIDE)]
    across = [[sum(map(float.__mul__, cosine, map(float, row))) for cosine in _COSINES] for row in rows]
    columns = list(zip(*across, strict=True))
    waves = [round(sum(map(float.__mul__, cosine, column)), 3) for cosine in _COSINES for column in columns]
    middle = sorted(waves)[len(waves) // 2]
    bits = 0
    for wave in waves:
        bits = bits << 1 | (wave > middle)
    return bits


def _sharpness(grey: Image.Image) -> float:
    longest = max(grey.size)
    if longest > _TRAINING_SIDE:
        width, height = (max(3, round(side * _TRAINING_SIDE / longest)) for side in grey.size)
        grey = grey.resize((width, height), Image.Resampling.LANCZOS)
    if min(grey.size) < 3:
        return 0.0  # too thin to have an edge that could be judged
    edges = grey.filter(_LAPLACIAN).crop((1, 1, grey.width - 1, grey.height - 1))
    return float(ImageStat.Stat(edges).var[0])
