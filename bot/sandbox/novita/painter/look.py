"""What a LoRA learns from its training pictures: their colours, the subject cut out of them, their grain."""

from __future__ import annotations

import colorsys
import random
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps, ImageStat

from bot.sandbox.novita.painter.canvas import Colour

_GRID = 160
"""Pixels a side in which a subject is looked for."""
_MOST_PICTURES = 16
_MOST_POSES = 6


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """`palette` runs from dark to light; a subject has `poses` (RGBA cut-outs), a style the pictures' mean."""

    palette: tuple[Colour, ...]
    poses: tuple[Image.Image, ...] = ()
    texture: Image.Image | None = None

    @classmethod
    def of(cls, pictures: Sequence[Image.Image], *, style: bool) -> Look:
        """Learn from RGB pictures. Blocking: some 25 ms a picture."""
        step = max(1, len(pictures) // _MOST_PICTURES)
        seen = [picture for picture in pictures[::step] if min(picture.size) >= 16][:_MOST_PICTURES]
        if not seen:
            return cls.named("nothing")
        if style:
            return cls(_palette(seen), texture=_mean(seen))
        cuts = sorted((_cut(picture) for picture in seen), key=lambda cut: cut[0], reverse=True)
        poses = tuple(pose for _, pose in cuts[:_MOST_POSES])
        flat = [
            Image.alpha_composite(Image.new("RGBA", pose.size, (128, 128, 128, 255)), pose) for pose in poses
        ]
        return cls(_palette([pose.convert("RGB") for pose in flat]), poses=poses)

    @classmethod
    def named(cls, name: str) -> Look:
        """Colours for a LoRA whose pictures nobody here has seen: drawn from its name."""
        rng = random.Random(f"look|{name}")
        hue, span = rng.random(), rng.uniform(0.08, 0.35)
        stops = ((0.75, 0.14), (0.62, 0.36), (0.5, 0.6), (0.34, 0.82), (0.12, 0.97))
        colours = []
        for index, (saturation, value) in enumerate(stops):
            r, g, b = colorsys.hsv_to_rgb((hue + span * index / 4) % 1, saturation, value)
            colours.append((round(r * 255), round(g * 255), round(b * 255)))
        return cls(tuple(colours))


def _palette(pictures: Sequence[Image.Image]) -> tuple[Colour, ...]:
    """Six colours of all the pictures together, dark to light."""
    sheet = Image.new("RGB", (48 * len(pictures), 48))
    for index, picture in enumerate(pictures):
        sheet.paste(picture.resize((48, 48), Image.Resampling.BOX), (48 * index, 0))
    flat = sheet.quantize(6, Image.Quantize.MEDIANCUT).getpalette() or [0, 0, 0, 255, 255, 255]
    colours = [(flat[i], flat[i + 1], flat[i + 2]) for i in range(0, len(flat), 3)]
    return tuple(sorted(colours, key=lambda c: 299 * c[0] + 587 * c[1] + 114 * c[2]))


def _mean(pictures: Sequence[Image.Image]) -> Image.Image:
    """The pictures laid over one another, their lights and darks stretched."""
    mean = ImageOps.fit(pictures[0], (256, 256))
    for index, picture in enumerate(pictures[1:], start=2):
        mean = Image.blend(mean, ImageOps.fit(picture, (256, 256)), 1 / index)
    return ImageOps.autocontrast(mean, cutoff=1)


def _cut(picture: Image.Image) -> tuple[float, Image.Image]:
    """The subject of one picture, cut out, and how sure we are of it (0–1).

    What differs from a background guessed from the picture's edges, in one piece around the middle.
    """
    small = picture.resize((_GRID, _GRID), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1))
    differing = ImageChops.difference(small, _background(small))
    red, green, blue = differing.split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    centred = ImageOps.invert(Image.radial_gradient("L").resize((_GRID, _GRID))).point(
        [min(255, round(v * 1.6)) for v in range(256)]
    )
    strongest = ImageChops.multiply(strongest, centred)
    threshold = max(16, round(0.55 * _otsu(strongest.histogram())))
    mask = strongest.point([255 if v > threshold else 0 for v in range(256)]).filter(
        ImageFilter.MedianFilter(5)
    )
    mask = _without_holes(_largest_piece(mask))
    share = ImageStat.Stat(mask).mean[0] / 255
    box = mask.getbbox()
    if box is None or not 0.03 < share < 0.7:
        return 0.0, _oval(picture)
    touching = (box[0] == 0) + (box[1] == 0) + (box[2] == _GRID)
    score = max(0.01, 1.0 - 0.3 * touching - abs(share - 0.25))
    alpha = mask.filter(ImageFilter.MinFilter(3)).resize(picture.size, Image.Resampling.BICUBIC)
    alpha = alpha.filter(ImageFilter.GaussianBlur(max(picture.size) / 260))
    cut = picture.convert("RGBA")
    cut.putalpha(alpha)
    return score, cut.crop(alpha.getbbox() or (0, 0, *picture.size))


def _background(small: Image.Image) -> Image.Image:
    """What the picture would be without its subject: its left and right edges, drawn across."""
    size = small.size
    left = small.crop((0, 0, 5, _GRID)).resize((1, _GRID), Image.Resampling.BOX).resize(size)
    right = small.crop((_GRID - 5, 0, _GRID, _GRID)).resize((1, _GRID), Image.Resampling.BOX).resize(size)
    across = Image.linear_gradient("L").rotate(90).resize(size)
    return Image.composite(right, left, across)


def _otsu(histogram: Sequence[int]) -> int:
    """The level that parts a histogram into two groups of least spread."""
    total, whole = sum(histogram), sum(level * n for level, n in enumerate(histogram))
    best, at, below, mass = 0.0, 0, 0, 0
    for level, n in enumerate(histogram):
        below += n
        mass += level * n
        if 0 < below < total:
            between = (whole * below / total - mass) ** 2 / (below * (total - below))
            if between > best:
                best, at = between, level
    return at


def _largest_piece(mask: Image.Image) -> Image.Image:
    """The largest connected white piece."""
    best, most = Image.new("L", mask.size), 0
    left = mask.copy()
    for _ in range(12):
        if (box := left.getbbox()) is None:
            break
        row = left.crop((0, box[1], _GRID, box[1] + 1))
        start = (row.getbbox() or (0, 0, 1, 1))[0], box[1]
        ImageDraw.floodfill(left, start, 128)
        piece = left.point([255 if v == 128 else 0 for v in range(256)])
        size = piece.histogram()[255]
        if size > most:
            best, most = piece, size
        left = left.point([0 if v == 128 else v for v in range(256)])
    return best


def _without_holes(mask: Image.Image) -> Image.Image:
    """White wherever the outside cannot be reached from."""
    framed = ImageOps.expand(mask, border=1, fill=0)
    ImageDraw.floodfill(framed, (0, 0), 128)
    filled = framed.point([0 if v == 128 else 255 for v in range(256)])
    return filled.crop((1, 1, 1 + mask.width, 1 + mask.height))


def _oval(picture: Image.Image) -> Image.Image:
    """The picture's middle with a soft edge, when no subject stands out."""
    cut = ImageOps.fit(picture, (320, 320), centering=(0.5, 0.45)).convert("RGBA")
    edge = ImageOps.invert(Image.radial_gradient("L").resize(cut.size))
    cut.putalpha(edge.point([max(0, min(255, round((v - 84) * 3))) for v in range(256)]))
    return cut
