"""The brushes: gradients, glows, soft silhouettes, strokes. Pillow only; nothing here knows a prompt."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFilter

Colour: TypeAlias = tuple[int, int, int]
Size: TypeAlias = tuple[int, int]

_RIM = 180
"""What Pillow's radial gradient has grown to where its inscribed circle meets the edge (255 is in the corners)."""


def blend(one: Colour, other: Colour, amount: float) -> Colour:
    """`one` with `amount` (0–1) of `other`."""
    r, g, b = (round(a + (c - a) * amount) for a, c in zip(one, other, strict=True))
    return r, g, b


def ramp(colours: Sequence[Colour], steps: int) -> list[Colour]:
    """`steps` colours evenly along a sequence of stops."""
    out: list[Colour] = []
    for index in range(steps):
        at = index / max(1, steps - 1) * (len(colours) - 1)
        low = min(int(at), len(colours) - 2) if len(colours) > 1 else 0
        out.append(blend(colours[low], colours[min(low + 1, len(colours) - 1)], at - low))
    return out


def gradient(size: Size, colours: Sequence[Colour]) -> Image.Image:
    """Stops from top to bottom."""
    column = Image.new("RGB", (1, size[1]))
    column.putdata(ramp(colours, size[1]))
    return column.resize(size)


def scaled_alpha(mask: Image.Image, amount: float) -> Image.Image:
    """A mask, weaker."""
    return mask.point([min(255, round(v * amount)) for v in range(256)])


def glow(image: Image.Image, *, centre: Size, radius: int, colour: Colour, amount: float) -> Image.Image:
    """Light around a point, falling off to nothing at `radius`."""
    disc = Image.radial_gradient("L").resize((radius * 2, radius * 2))
    disc = disc.point([round(255 * amount * max(0.0, 1 - v / _RIM) ** 2) for v in range(256)])
    mask = Image.new("L", image.size)
    mask.paste(disc, (centre[0] - radius, centre[1] - radius))
    return Image.composite(Image.new("RGB", image.size, colour), image, mask)


def skyline(rng: random.Random, *, width: int, base: float, height: float, roughness: float) -> list[float]:
    """Heights (pixels from the top) along a ridge: a few sines, the finer the lower."""
    waves = [
        (
            height * 0.5**octave * (1 if octave < 2 else roughness),
            rng.uniform(0.7, 1.4) * 2**octave,
            rng.uniform(0, 7),
        )
        for octave in range(6)
    ]
    return [
        base - sum(a * math.sin(f * 4.2 * x / width + p) for a, f, p in waves) for x in range(0, width + 4, 3)
    ]


def ridge(image: Image.Image, line: Sequence[float], *, colours: Sequence[Colour]) -> Image.Image:
    """Fill everything below a line with a gradient, smooth-edged."""
    width, height = image.size
    mask = Image.new("L", (width * 2, height * 2))
    points = [(6 * index, 2 * y) for index, y in enumerate(line)]
    ImageDraw.Draw(mask).polygon([*points, (width * 2 + 9, height * 2), (0, height * 2)], fill=255)
    mask = mask.reduce(2)
    top = max(0, min(height - 1, round(min(line))))
    fill = Image.new("RGB", image.size, colours[0])
    fill.paste(gradient((width, height - top), colours), (0, top))
    return Image.composite(fill, image, mask)


def soft(image: Image.Image, blobs: Sequence[tuple[float, float, float, float]], *, colour: Colour, amount: float,
         blur: float = 1.0) -> Image.Image:  # fmt: skip
    """Blurred ellipses (centre x, y, half width, half height as shares of the picture)."""
    width, height = image.size
    small = Image.new("L", (max(16, width // 4), max(16, height // 4)))
    pen = ImageDraw.Draw(small)
    for x, y, w, h in blobs:
        box = ((x - w) * small.width, (y - h) * small.height, (x + w) * small.width, (y + h) * small.height)
        pen.ellipse(box, fill=255)
    small = small.filter(ImageFilter.GaussianBlur(blur * small.width / 48))
    mask = scaled_alpha(small.resize(image.size, Image.Resampling.BICUBIC), amount)
    return Image.composite(Image.new("RGB", image.size, colour), image, mask)


def brushed(image: Image.Image, *, rng: random.Random, strokes: int) -> Image.Image:
    """Strokes of the picture's own colours along a gentle flow, so that it looks painted."""
    width, height = image.size
    unit = max(width, height)
    tiny = image.resize((48, 48), Image.Resampling.BOX)
    layer = image.copy()
    pen = ImageDraw.Draw(layer)
    turn = rng.uniform(-0.5, 0.5)
    for _ in range(strokes):
        x, y = rng.random(), rng.random()
        colour = tiny.getpixel((int(x * 48), int(y * 48)))
        assert isinstance(colour, tuple)
        r, g, b = (max(0, min(255, int(c) + rng.randint(-16, 16))) for c in colour)
        length = rng.uniform(0.02, 0.07) * unit
        angle = turn + 0.7 * math.sin(5 * x + 3 * turn) * math.cos(4 * y)
        dx, dy = math.cos(angle) * length / 2, math.sin(angle) * length / 2
        cx, cy = x * width, y * height
        bow = rng.uniform(-0.2, 0.2) * length
        points = [(cx - dx, cy - dy), (cx + bow * 0.3, cy + bow * 0.3), (cx + dx, cy + dy)]
        pen.line(points, fill=(r, g, b), width=max(2, round(unit * rng.uniform(0.004, 0.014))), joint="curve")
    layer = layer.filter(ImageFilter.GaussianBlur(unit / 420))
    return Image.blend(image, layer, 0.42)


def toned(image: Image.Image, palette: Sequence[Colour], *, amount: float) -> Image.Image:
    """The picture in other colours: its lights and darks run along a palette (dark to light)."""
    tones = ramp(palette, 256)
    grey = image.convert("L")
    mapped = Image.merge("RGB", [grey.point([tone[channel] for tone in tones]) for channel in range(3)])
    return Image.blend(image, mapped, min(1.0, amount))
