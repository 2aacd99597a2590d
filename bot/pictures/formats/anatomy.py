"""What the parsers of `bot.pictures.formats` say about a file, and how they say that it makes no sense."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TypeAlias

Data: TypeAlias = bytes | mmap.mmap
"""A whole file. Slices of it are copies; single fields are read in place."""


class Damaged(Exception):
    """The bytes contradict the format."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the header promises: sides in pixels as stored (before any orientation), and how many frames.

    Frames are counted to one past the caller's limit, no further. `coded` is how many pixels the coded data may make
    a decoder hold, where a format lets it say something else than the header.
    """

    width: int
    height: int
    frames: int
    coded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy:
    """A file taken apart.

    `clean` is the same picture in the same format with nothing but what is needed to draw its first frame: the pixel
    data is untouched. `plain` says that `clean` shows the picture to any reader of PNG, JPEG or WebP, apart from
    `orientation` (EXIF's 1 to 8) and `profile` (ICC, as the file had it), which are no longer in it. `buffered` marks
    a JPEG whose decoder must hold all coefficients at once.
    """

    clean: bytes
    orientation: int = 1
    profile: bytes | None = None
    plain: bool = False
    buffered: bool = False
