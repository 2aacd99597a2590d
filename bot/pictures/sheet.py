"""Many pictures on one: rounded thumbnails on a dark card."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont, ImageOps

from bot.pictures.decode import drawn
from bot.pictures.limits import Limits
from bot.pictures.source import read_source
from bot.pictures.verdicts import PictureRefused

_CARD, _EMPTY, _TEXT = (30, 31, 34), (56, 58, 64), (219, 222, 225)
_GAP = 12
_RADIUS = 12
_SMOOTH = 4
_CAPTION_HEIGHT = 22
_TEXT_SIZE = 13
_NO_CHARACTER = "\uffff"
_ANY_SIDE = Limits(shortest_side=1)

_Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont


def contact_sheet(
    paths: Sequence[Path], *, columns: int = 5, cell: int = 160, captions: Sequence[str] | None = None
) -> bytes:
    """A JPEG with one square of `cell` pixels a picture, cut to its middle, `columns` a row; a caption under each.

    A file that cannot be shown leaves an empty square. Raises ValueError without pictures, with other than one caption
    each, or with sides below 1.
    """
    if not paths or columns < 1 or cell < 1 or (captions is not None and len(captions) != len(paths)):
        raise ValueError("a contact sheet needs pictures, and as many captions if any")
    columns = min(columns, len(paths))
    rows = -(-len(paths) // columns)
    step = cell + (_CAPTION_HEIGHT if captions is not None else 0) + _GAP
    sheet = Image.new("RGB", (_GAP + columns * (cell + _GAP), _GAP + rows * step), _CARD)
    mask = _rounded(cell)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(_TEXT_SIZE)
    for number, path in enumerate(paths):
        left, top = _GAP + number % columns * (cell + _GAP), _GAP + number // columns * step
        sheet.paste(_thumbnail(path, cell), (left, top), mask)
        if captions is not None:
            text = _fitting(captions[number], font, cell)
            middle = left + cell / 2, top + cell + _CAPTION_HEIGHT / 2
            pen.text(middle, text, fill=_TEXT, font=font, anchor="mm")
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=88, subsampling="4:4:4", optimize=True)
    return out.getvalue()


def _thumbnail(path: Path, cell: int) -> Image.Image:
    try:
        with drawn(read_source(path, limits=_ANY_SIDE), longest_side=cell * 2) as image:
            small = ImageOps.fit(image, (cell, cell), Image.Resampling.LANCZOS)
    except (PictureRefused, OSError):
        return Image.new("RGB", (cell, cell), _EMPTY)
    square = Image.new("RGB", (cell, cell), _EMPTY)
    square.paste(small, mask=small if small.mode == "RGBA" else None)
    return square


def _rounded(cell: int) -> Image.Image:
    """A square with rounded corners, drawn large and scaled down so that its edge is smooth."""
    large = Image.new("L", (cell * _SMOOTH, cell * _SMOOTH), 0)
    ends = cell * _SMOOTH - 1
    ImageDraw.Draw(large).rounded_rectangle((0, 0, ends, ends), min(_RADIUS, cell // 2) * _SMOOTH, fill=255)
    return large.resize((cell, cell), Image.Resampling.LANCZOS)


def _fitting(text: str, font: _Font, width: int) -> str:
    """As much of the text as has room, on one line."""
    text = "".join(_drawable(character, font) for character in " ".join(text.split()))
    if font.getbbox(text)[2] <= width:
        return text
    while text and font.getbbox(text + "…")[2] > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _drawable(character: str, font: _Font) -> str:
    """The character, else its letter without accents, else "?": Pillow's own font knows little beyond ASCII."""
    unknown = bytes(font.getmask(_NO_CHARACTER))
    for shown in (character, unicodedata.normalize("NFKD", character)[0]):
        if shown.isascii() or bytes(font.getmask(shown)) != unknown:
            return shown
    return "?"
