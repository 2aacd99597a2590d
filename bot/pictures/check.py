"""Judges a picture file without writing anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.pictures.decode import glance
from bot.pictures.kinds import Kind
from bot.pictures.limits import Limits
from bot.pictures.look import look_at
from bot.pictures.source import read_source


@dataclass(frozen=True, slots=True)
class Checked:
    """A sound picture. Sides in pixels when upright, `sha256` (hex) of the file as it came; see `look.Look` for
    `phash` and `sharpness`."""

    kind: Kind
    width: int
    height: int
    frames: int
    sha256: str
    phash: int
    sharpness: float


def check(path: Path, *, limits: Limits | None = None) -> Checked:
    """Weight, format, size and frames by the header, then all pixels decoded once to see that they are there.

    Raises PictureRefused with the flaw, and OSError when the file cannot be read. `prepare` checks as much: call one.
    """
    source = read_source(path, limits=limits or Limits())
    small, (width, height) = glance(source)
    look = look_at(small)
    return Checked(
        source.kind, width, height, source.measure.frames, source.sha256, look.phash, look.sharpness
    )
