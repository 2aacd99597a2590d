"""The only place where Pillow and libheif read foreign bytes.

They get what `bot.pictures.formats` has measured and cleaned, never a format other than the one recognised, and
never through `Image.open`: so Pillow's global pixel limit, its list of plugins and its bomb warnings stay untouched.
Full decodes take turns, whatever the number of callers' threads: one picture's pixels are in memory at a time.
"""

from __future__ import annotations

import io
import math
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from bot.pictures.colour import settled
from bot.pictures.formats.exif import orientation_in
from bot.pictures.kinds import Kind
from bot.pictures.source import Source
from bot.pictures.verdicts import Broken, PictureRefused, TooManyPixels

_OPENERS: dict[Kind, type[ImageFile.ImageFile]] = {
    Kind.PNG: PngImagePlugin.PngImageFile,
    Kind.JPEG: JpegImagePlugin.JpegImageFile,
    Kind.WEBP: WebPImagePlugin.WebPImageFile,
    Kind.GIF: GifImagePlugin.GifImageFile,
    Kind.BMP: BmpImagePlugin.BmpImageFile,
    Kind.TIFF: TiffImagePlugin.TiffImageFile,
    Kind.AVIF: AvifImagePlugin.AvifImageFile,
}

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_SCALABLE = frozenset({"L", "RGB", "RGBA", "CMYK"})

_GLANCE = 512
_HALVING = 5 / 8

_turn = threading.Lock()


def glance(source: Source) -> tuple[Image.Image, tuple[int, int]]:
    """A small grey picture (sides of about 512 to 1024, upright) and the sides of the whole one when upright.

    Every byte of pixel data is decoded on the way, so a cut or damaged file is noticed: PictureRefused(Broken()).
    A JPEG of one scan costs a MiB or two, whatever its size; others are decoded in full, one at a time.
    """
    if source.kind is Kind.JPEG and not source.anatomy.buffered:
        with _refusing():
            return _glance(source)
    with _alone(), _refusing():
        return _glance(source)


def _glance(source: Source) -> tuple[Image.Image, tuple[int, int]]:
    image, orientation, _ = _opened(source)
    width, height = image.size
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        image.draft("L", (_GLANCE, _GLANCE))
    small = _turned(grey(image), orientation)
    return small, (height, width) if orientation >= 5 else (width, height)


@contextmanager
def drawn(source: Source, *, longest_side: int) -> Iterator[Image.Image]:
    """The picture itself for as long as the block runs: upright, sRGB, 8 bits ("L", "RGB", "RGBA"), no metadata, its
    longer side at most `longest_side` pixels. Raises PictureRefused(Broken()).

    A JPEG that is more than 1.25 times too long is halved (quartered, …) by its decoder and may come out shorter than
    `longest_side`, though never below five eighths of it.
    """
    with _alone():
        with _refusing():
            image, orientation, profile = _opened(source)
            if isinstance(image, JpegImagePlugin.JpegImageFile) and max(image.size) > longest_side:
                share = longest_side * _HALVING / max(image.size)
                image.draft(None, (math.ceil(image.width * share), math.ceil(image.height * share)))
            image.load()
            image = settled(_turned(_within(image, longest_side), orientation), profile)
        yield image


def grey(image: Image.Image) -> Image.Image:
    """A grey picture of at most about 1024 pixels a side; what is transparent counts as white."""
    if image.mode not in _SCALABLE or "transparency" in image.info:
        image = settled(image, None)
    factor = max(image.size) // _GLANCE
    image = settled(image.reduce(factor) if factor > 1 else image.copy(), None)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("L")


def _opened(source: Source) -> tuple[Image.Image, int, bytes | None]:
    """The picture before its pixels are decoded, which way up it is stored, and its ICC profile."""
    stream = io.BytesIO(source.anatomy.clean)
    if source.kind is Kind.HEIC:
        heif = pillow_heif.open_heif(stream)
        _agreed(source, heif.size)
        image = heif.to_pillow()
        return image, 1, image.info.get("icc_profile")
    image = _OPENERS[source.kind](stream)
    _agreed(source, image.size)
    if source.kind is Kind.AVIF:
        return image, orientation_in(image.info.get("exif", b"")), image.info.get("icc_profile")
    if source.kind is Kind.TIFF:
        return image, 1, image.info.get("icc_profile")
    return image, source.anatomy.orientation, source.anatomy.profile


def _agreed(source: Source, size: tuple[int, int]) -> None:
    """The decoder sees the size that was judged. HEIC and AVIF may crop, so theirs is judged again."""
    if source.kind in (Kind.HEIC, Kind.AVIF):
        if size[0] * size[1] > source.most_pixels:
            raise PictureRefused(TooManyPixels(*size, source.most_pixels))
    elif sorted(size) != sorted((source.measure.width, source.measure.height)):
        raise PictureRefused(Broken())


def _within(image: Image.Image, longest_side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= longest_side:
        return image
    if image.mode not in _SCALABLE or "transparency" in image.info:
        image = settled(image, None)
    width, height = (max(1, round(side * longest_side / longest)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    turn = _UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)


@contextmanager
def _alone() -> Iterator[None]:
    """One full decode at a time, and Pillow's remarks about odd tags kept to itself."""
    with _turn, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


@contextmanager
def _refusing() -> Iterator[None]:
    """Decoders raise a dozen kinds of errors on hostile bytes, and each says the same."""
    try:
        yield
    except (PictureRefused, MemoryError):
        raise
    except Exception as error:
        raise PictureRefused(Broken()) from error
