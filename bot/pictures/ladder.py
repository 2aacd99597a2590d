"""Brings a result under Discord's size limit with as little harm as possible.

```
 original ─▶ same pixels, packed better ─▶ WebP q90 ─▶ JPEG (WebP where transparent) q90 … q60 ─▶ scaled down
```
"""

from __future__ import annotations

import io
import math
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bot.pictures.colour import is_everyday
from bot.pictures.decode import drawn
from bot.pictures.files import write_atomically
from bot.pictures.kinds import HEAD, Kind, kind_of, seen_in
from bot.pictures.limits import MIB, Limits
from bot.pictures.source import Source, read_source
from bot.pictures.verdicts import NotAPicture, PictureRefused, TooHeavy

_SHOWN = frozenset({Kind.PNG, Kind.JPEG, Kind.WEBP, Kind.GIF})
"""What Discord shows in a message as it is; everything else is converted."""

_RESULT = Limits(size=128 * MIB, shortest_side=1)
_LONGEST_SIDE = 16383
"""WebP's."""

_QUALITIES = (90, 80, 70, 60)
_SCALED_QUALITY = 80
_SMALLEST_SIDE = 16


@dataclass(frozen=True, slots=True)
class Fitted:
    """A file of at most the limit. `lossy`: its pixels are not exactly the original's. `size` in bytes."""

    path: Path
    content_type: str
    extension: str
    size: int
    lossy: bool


def fit(data_path: Path, *, limit: int, folder: Path) -> Fitted:
    """`data_path` itself where it fits (not decoded, metadata kept), else a new file in `folder`, named after it.

    `limit` in bytes, never exceeded. Raises PictureRefused when it is no picture or cannot be decoded, with TooHeavy
    when not even 16 pixels would fit, and OSError when a file cannot be read or written.
    """
    size = data_path.stat().st_size
    with data_path.open("rb") as file:
        head = file.read(HEAD)
    kind = kind_of(head)
    if kind is None or kind is Kind.ZIP:
        raise PictureRefused(NotAPicture(seen_in(head)))
    if size <= limit and kind in _SHOWN:
        return Fitted(data_path, kind.content_type, kind.value, size, lossy=False)
    source = read_source(data_path, limits=_RESULT)
    with closing(_rungs(source, limit)) as rungs:
        found = next((rung for rung in rungs if len(rung[0]) <= limit), None)
    if found is None:
        raise PictureRefused(TooHeavy(size, limit))
    data, made, lossy = found
    path = folder / f"{data_path.stem}-fitted.{made.value}"
    write_atomically(path, data)
    return Fitted(path, made.content_type, made.value, len(data), lossy)


def _rungs(source: Source, limit: int) -> Generator[tuple[bytes, Kind, bool], None, None]:
    """(bytes, format, lossy), best first, each made only when the one before did not fit."""
    anatomy = source.anatomy
    faithful = anatomy.orientation == 1 and is_everyday(anatomy.profile) and source.measure.frames == 1
    if anatomy.plain and faithful:
        yield anatomy.clean, source.kind, False
    with drawn(source, longest_side=_LONGEST_SIDE) as image:
        if source.kind not in (Kind.JPEG, Kind.WEBP, Kind.HEIC, Kind.AVIF):
            same = (
                faithful
                and (anatomy.plain or source.kind in (Kind.GIF, Kind.BMP))
                and _is_whole(image, source)
            )
            yield _saved(image, Kind.PNG, optimize=True), Kind.PNG, not same
            yield _saved(image, Kind.WEBP, lossless=True, quality=80, exact=True), Kind.WEBP, not same
        yield _saved(image, Kind.WEBP, quality=90), Kind.WEBP, True
        lossy = Kind.WEBP if image.mode == "RGBA" else Kind.JPEG
        data = b""
        for quality in _QUALITIES:
            data = _saved(image, lossy, quality=quality)
            yield data, lossy, True
        yield from _scaled(image, lossy, limit=limit, size=len(data))


def _scaled(image: Image.Image, kind: Kind, *, limit: int, size: int) -> Iterator[tuple[bytes, Kind, bool]]:
    """Smaller and smaller, guided by how much too heavy the last one was."""
    while max(image.size) > _SMALLEST_SIDE:
        share = min(0.8, math.sqrt(max(1, limit) / size) * 0.95)
        shorter = max(_SMALLEST_SIDE, round(max(image.size) * share)) / max(image.size)
        width, height = (max(1, round(side * shorter)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        data = _saved(image, kind, quality=_SCALED_QUALITY)
        size = len(data)
        yield data, kind, True


def _is_whole(image: Image.Image, source: Source) -> bool:
    return image.size == (source.measure.width, source.measure.height)


def _saved(image: Image.Image, kind: Kind, **options: int | bool) -> bytes:
    out = io.BytesIO()
    image.save(out, kind.name, **options)
    return out.getvalue()
