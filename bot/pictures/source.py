"""A picture file judged by its header and taken apart, before any decoder sees it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bot.pictures.files import mapped
from bot.pictures.formats import Anatomy, Measure, dissected, measured
from bot.pictures.kinds import HEAD, Kind, kind_of, seen_in
from bot.pictures.limits import Limits
from bot.pictures.verdicts import (
    Broken,
    Flaw,
    NotAPicture,
    PictureRefused,
    TooHeavy,
    TooManyFrames,
    TooManyPixels,
    TooSmall,
)

_COSTLY = frozenset({Kind.WEBP, Kind.HEIC, Kind.AVIF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`measure` is the header's word, `sha256` (hex) that of the file as it came, `most_pixels` its limit."""

    kind: Kind
    measure: Measure
    sha256: str
    anatomy: Anatomy
    most_pixels: int


def read_source(path: Path, *, limits: Limits) -> Source:
    """Weight, format, pixels, frames and sides in this order, each cheaper than the next; then the file taken apart.

    A refusal by the header touches a few pages of the file and allocates nothing of the picture's size. Raises
    PictureRefused, and OSError when the file cannot be read.
    """
    size = path.stat().st_size
    if size > limits.size:
        raise PictureRefused(TooHeavy(size, limits.size))
    with mapped(path) as data:
        head = data[:HEAD]
        kind = kind_of(head)
        if kind is None or kind is Kind.ZIP:
            raise PictureRefused(NotAPicture(seen_in(head)))
        measure = measured(kind, data, frames=limits.frames)
        most_pixels = _most_pixels(kind, limits)
        _refuse(_flaw(measure, most_pixels, limits))
        anatomy = dissected(kind, data)
        if anatomy.buffered:
            most_pixels = limits.pixels
            _refuse(_flaw(measure, most_pixels, limits))
        return Source(
            kind=kind,
            measure=measure,
            sha256=hashlib.sha256(data).hexdigest(),
            anatomy=anatomy,
            most_pixels=most_pixels,
        )


def _most_pixels(kind: Kind, limits: Limits) -> int:
    if kind is Kind.JPEG:
        return limits.sequential_jpeg_pixels
    return limits.costly_pixels if kind in _COSTLY else limits.pixels


def _flaw(measure: Measure, most_pixels: int, limits: Limits) -> Flaw | None:
    if measure.width * measure.height > most_pixels:
        return TooManyPixels(measure.width, measure.height, most_pixels)
    if measure.coded > most_pixels:
        return Broken()
    if measure.frames > limits.frames:
        return TooManyFrames(measure.frames, limits.frames)
    if min(measure.width, measure.height) < limits.shortest_side:
        return TooSmall(measure.width, measure.height, limits.shortest_side)
    return None


def _refuse(flaw: Flaw | None) -> None:
    if flaw is not None:
        raise PictureRefused(flaw)
