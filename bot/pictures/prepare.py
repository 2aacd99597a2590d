"""What leaves for a provider: the picture and nothing else.

EXIF, GPS, XMP, IPTC, comments, thumbnails, profiles, text and whatever follows the end of the picture stay here.
A PNG, JPEG or WebP that stands upright in sRGB and is not too long keeps its coded pixels bit for bit; only its
container is written anew. Everything else is decoded and encoded again.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bot.pictures.colour import is_everyday
from bot.pictures.decode import drawn, glance, grey
from bot.pictures.files import write_atomically
from bot.pictures.kinds import Kind
from bot.pictures.limits import Limits
from bot.pictures.look import Look, look_at
from bot.pictures.source import Source, read_source
from bot.pictures.verdicts import PictureRefused, TooHeavy

_QUALITY = 95
_SUBSAMPLED = frozenset({Kind.JPEG, Kind.WEBP, Kind.HEIC, Kind.AVIF})
"""Formats whose colours are coarse already: nothing is lost by writing them so."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that may leave. `extension` is "png", "jpeg" or "webp" (novita-api §2.1: the words of
    `file_extension`), `size` bytes, `sha256` (hex) of the file at `path`; see `look.Look` for the last two."""

    path: Path
    extension: str
    width: int
    height: int
    size: int
    sha256: str
    phash: int
    sharpness: float


def prepare(source: Path, target_folder: Path, *, stem: str, limits: Limits | None = None) -> Prepared:
    """Checks `source` as `check` does and writes what leaves as `target_folder/stem.extension`, in one step.

    Memory at the peak, beside the interpreter: about three times the file for a JPEG that is only stripped (a 4 MiB,
    12 megapixel photo: under 20 MiB); 8 bytes a pixel for one that must be turned, one at a time across threads.
    Raises PictureRefused with the flaw, and OSError when a file cannot be read or written.
    """
    limits = limits or Limits()
    read = read_source(source, limits=limits)
    if _leaves_as_it_is(read, limits):
        small, (width, height) = glance(read)
        return _written(
            read.anatomy.clean, target_folder, stem, kind=read.kind, size=(width, height), look=look_at(small)
        )
    with drawn(read, longest_side=limits.longest_side) as image:
        data, kind = _encoded(image, kind=read.kind, limit=limits.size)
        size, small = image.size, grey(image)
    return _written(data, target_folder, stem, kind=kind, size=size, look=look_at(small))


def _leaves_as_it_is(source: Source, limits: Limits) -> bool:
    anatomy, measure = source.anatomy, source.measure
    return (
        anatomy.plain
        and anatomy.orientation == 1
        and max(measure.width, measure.height) <= limits.longest_side
        and is_everyday(anatomy.profile)
    )


def _encoded(image: Image.Image, *, kind: Kind, limit: int) -> tuple[bytes, Kind]:
    """PNG where there is alpha or the source was one, else JPEG; where a PNG grows too heavy, a lossy one."""
    if image.mode == "RGBA" or kind is Kind.PNG:
        data = _saved(image, Kind.PNG, {"compress_level": 6})
        if len(data) <= limit:
            return data, Kind.PNG
    if image.mode == "RGBA":
        data, encoded = _saved(image, Kind.WEBP, {"quality": _QUALITY}), Kind.WEBP
    else:
        subsampling = "4:2:0" if kind in _SUBSAMPLED else "4:4:4"
        data, encoded = _saved(image, Kind.JPEG, {"quality": _QUALITY, "subsampling": subsampling}), Kind.JPEG
    if len(data) > limit:
        raise PictureRefused(TooHeavy(len(data), limit))
    return data, encoded


def _saved(image: Image.Image, kind: Kind, options: dict[str, int | str]) -> bytes:
    out = io.BytesIO()
    image.save(out, kind.name, **options)
    return out.getvalue()


def _written(
    data: bytes, folder: Path, stem: str, *, kind: Kind, size: tuple[int, int], look: Look
) -> Prepared:
    path = folder / f"{stem}.{kind.value}"
    write_atomically(path, data)
    digest = hashlib.sha256(data).hexdigest()
    return Prepared(path, kind.value, *size, len(data), digest, look.phash, look.sharpness)
