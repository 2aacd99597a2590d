"""Places drawn from a mood: sky first, then what stands before it, far to near."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from bot.sandbox.novita.painter.canvas import Colour, Size, blend, glow, gradient, ridge, skyline, soft
from bot.sandbox.novita.painter.mood import Mood


def draw(mood: Mood, *, size: Size) -> Image.Image:
    """The whole scene, RGB."""
    rng = random.Random(f"{mood.salt}|scene")
    match mood.place:
        case "room":
            return _room(mood, rng, size)
        case "space":
            return _space(mood, rng, size)
        case "sea":
            return _sea(mood, rng, _sky(mood, rng, size))
        case "town":
            return _town(mood, rng, _sky(mood, rng, size))
        case "forest":
            return _forest(mood, rng, _sky(mood, rng, size))
        case "dunes":
            return _dunes(mood, rng, _sky(mood, rng, size))
        case _:
            return _mountains(mood, rng, _sky(mood, rng, size))


def _sky(mood: Mood, rng: random.Random, size: Size) -> Image.Image:
    width, height = size
    image = Image.new("RGB", size, mood.sky[2])
    image.paste(gradient((width, round(height * 0.66)), mood.sky), (0, 0))
    centre = round(rng.uniform(0.12, 0.88) * width), round(rng.uniform(0.12, 0.42) * height)
    radius = round(min(size) * rng.uniform(0.05, 0.09))
    if mood.hour != "grey":
        image = glow(image, centre=centre, radius=radius * 6, colour=mood.light, amount=0.8)
        image = glow(
            image, centre=centre, radius=radius * 2, colour=blend(mood.light, (255, 255, 255), 0.6), amount=1
        )
    if mood.dark:
        _stars(image, rng, below=0.6, count=130)
    _disc(image, centre, radius, blend(mood.light, (255, 255, 255), 0.65), visible=mood.hour != "grey")
    for _ in range(rng.randint(2, 5)):
        x, y = rng.random(), rng.uniform(0.06, 0.46)
        puffs = [
            (
                x + rng.uniform(-0.14, 0.14),
                y + rng.uniform(-0.018, 0.012),
                rng.uniform(0.05, 0.13),
                rng.uniform(0.008, 0.03),
            )
            for _ in range(7)
        ]
        colour = blend(mood.sky[2], (255, 255, 255), 0.15 if mood.dark else 0.6)
        image = soft(image, puffs, colour=colour, amount=0.35 if mood.dark else 0.75, blur=0.6)
    return image


def _stars(image: Image.Image, rng: random.Random, *, below: float, count: int) -> None:
    pen = ImageDraw.Draw(image)
    unit = max(image.size) / 512
    for _ in range(count):
        x, y = rng.random() * image.width, rng.random() * below * image.height
        r = rng.uniform(0.35, 1.3) * unit
        shine = rng.randint(150, 255)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(shine, shine, min(255, shine + 20)))


def _disc(image: Image.Image, centre: Size, radius: int, colour: Colour, *, visible: bool) -> None:
    if visible:
        mask = Image.new("L", (radius * 8, radius * 8))
        ImageDraw.Draw(mask).ellipse((8, 8, radius * 8 - 8, radius * 8 - 8), fill=255)
        mask = mask.reduce(4)
        image.paste(colour, (centre[0] - radius, centre[1] - radius), mask)


def _layers(mood: Mood, rng: random.Random, image: Image.Image, *, first: float, height: float, roughness: float,
            count: int) -> Image.Image:  # fmt: skip
    """Ridges from the haze at the horizon to the dark foreground."""
    width, tall = image.size
    for layer in range(count):
        near = layer / max(1, count - 1)
        base = tall * (first + (0.86 - first) * near)
        line = skyline(
            rng, width=width, base=base, height=tall * height * (1 - 0.55 * near), roughness=roughness
        )
        colour = blend(blend(mood.sky[2], mood.sky[1], 0.5), mood.ground, 0.25 + 0.75 * near)
        lit = blend(colour, mood.light, 0.30 * (1 - near) + 0.08)
        image = ridge(image, line, colours=(lit, colour, blend(colour, mood.shade, 0.45 * near)))
        if near < 1:
            haze = [(rng.random(), base / tall + 0.1, 0.5, 0.03)]
            image = soft(image, haze, colour=mood.sky[2], amount=0.34 * (1 - near), blur=1.6)
    return image


def _mountains(mood: Mood, rng: random.Random, image: Image.Image) -> Image.Image:
    image = _layers(mood, rng, image, first=0.5, height=0.085, roughness=1.7, count=5)
    return _meadow(mood, rng, image)


def _dunes(mood: Mood, rng: random.Random, image: Image.Image) -> Image.Image:
    return _layers(mood, rng, image, first=0.56, height=0.06, roughness=0.1, count=5)


def _meadow(mood: Mood, rng: random.Random, image: Image.Image) -> Image.Image:
    """Grass and flowers along the lower edge."""
    pen = ImageDraw.Draw(image)
    width, height = image.size
    unit = max(image.size) / 512
    for _ in range(170):
        x, y = rng.random() * width, height * (1 - rng.random() ** 1.6 * 0.17)
        lean, tall = rng.uniform(-5, 5) * unit, rng.uniform(6, 20) * unit
        colour = blend(
            blend(mood.ground, mood.light, rng.uniform(0.0, 0.35)), mood.shade, rng.uniform(0, 0.4)
        )
        pen.line((x, y, x + lean, y - tall), fill=colour, width=max(1, round(1.6 * unit)))
        if rng.random() < 0.3:
            r = rng.uniform(1.5, 3.6) * unit
            flower = blend(mood.accent, (255, 255, 255), rng.uniform(0.1, 0.7))
            pen.ellipse((x + lean - r, y - tall - r, x + lean + r, y - tall + r), fill=flower)
    return image


def _forest(mood: Mood, rng: random.Random, image: Image.Image) -> Image.Image:
    image = _layers(mood, rng, image, first=0.54, height=0.05, roughness=0.8, count=3)
    width, height = image.size
    for row in range(3):
        near = row / 2
        pen = ImageDraw.Draw(image)
        foot = height * (0.66 + 0.15 * near)
        for _ in range(16 - 4 * row):
            x = rng.random() * width
            if row == 2 and 0.28 < x / width < 0.72:
                continue
            tall = height * rng.uniform(0.14, 0.24) * (1 + 1.1 * near)
            colour = blend(
                blend(mood.sky[2], mood.ground, 0.45 + 0.5 * near),
                mood.shade,
                rng.uniform(0, 0.35) * (0.4 + near),
            )
            _fir(pen, x, foot + rng.uniform(0, 0.04) * height, tall, colour, light=mood.light)
        if row < 2:
            image = soft(image, [(0.5, foot / height, 0.6, 0.03)], colour=mood.sky[2], amount=0.28, blur=1.4)
    return _meadow(mood, rng, image)


def _fir(
    pen: ImageDraw.ImageDraw, x: float, foot: float, tall: float, colour: Colour, *, light: Colour
) -> None:
    pen.rectangle(
        (x - tall * 0.02, foot - tall * 0.15, x + tall * 0.02, foot), fill=blend(colour, (40, 26, 18), 0.6)
    )
    for tier in range(4):
        top = foot - tall + tier * tall * 0.2
        half = tall * (0.1 + 0.065 * tier)
        low = top + tall * 0.3
        pen.polygon([(x, top), (x - half, low), (x + half, low)], fill=colour)
        pen.polygon([(x, top), (x + half * 0.25, low), (x + half, low)], fill=blend(colour, light, 0.13))


def _sea(mood: Mood, rng: random.Random, image: Image.Image) -> Image.Image:
    width, height = image.size
    horizon = round(height * rng.uniform(0.5, 0.58))
    far = skyline(rng, width=width, base=horizon - height * 0.01, height=height * 0.035, roughness=1.2)
    colour = blend(mood.sky[2], mood.ground, 0.4)
    image = ridge(image, far, colours=(blend(colour, mood.light, 0.2), colour))
    mirrored = image.crop((0, max(0, 2 * horizon - height), width, horizon)).transpose(
        Image.Transpose.FLIP_TOP_BOTTOM
    )
    mirrored = mirrored.resize((width, height - horizon)).filter(ImageFilter.BoxBlur(max(1, width // 36)))
    water = gradient(
        (width, height - horizon), (blend(mood.sky[2], mood.ground, 0.5), mood.ground, mood.shade)
    )
    image.paste(Image.blend(mirrored, water, 0.55), (0, horizon))
    pen = ImageDraw.Draw(image)
    for _ in range(150):
        depth = rng.random() ** 1.5
        y = horizon + depth * (height - horizon)
        x, half = rng.random() * width, (0.008 + 0.05 * depth) * width * rng.uniform(0.4, 1.3)
        tone = blend(mood.light, (255, 255, 255), 0.4) if rng.random() < 0.55 else mood.shade
        under = image.getpixel((min(width - 1, int(x)), min(height - 1, int(y))))
        assert isinstance(under, tuple)
        mix = blend((int(under[0]), int(under[1]), int(under[2])), tone, rng.uniform(0.12, 0.4))
        pen.line((x - half, y, x + half, y), fill=mix, width=max(1, round((0.7 + 3 * depth) * height / 512)))
    beach = skyline(rng, width=width, base=height * 0.9, height=height * 0.02, roughness=0.1)
    sand = blend(blend((222, 192, 146), mood.sky[0], 0.5 if mood.dark else 0.12), mood.accent, 0.06)
    foam = [y - height * 0.012 for y in beach]
    image = ridge(image, foam, colours=(blend(sand, (255, 255, 255), 0.7),) * 2)
    return ridge(image, beach, colours=(blend(sand, mood.shade, 0.15), sand))


def _town(mood: Mood, rng: random.Random, image: Image.Image) -> Image.Image:
    width, height = image.size
    unit = max(image.size) / 512
    for row in range(3):
        near = row / 2
        pen = ImageDraw.Draw(image)
        x = -rng.random() * width * 0.06
        while x < width:
            wide = width * rng.uniform(0.055, 0.11) * (1 + 0.4 * near)
            middle = abs((x + wide / 2) / width - 0.5)
            tall = height * rng.uniform(0.16, 0.38) * (0.62 + near * (0.25 + 1.3 * middle))
            foot = height * (0.66 + 0.14 * near)
            body = blend(
                blend(mood.sky[2], mood.ground, 0.35 + 0.6 * near), mood.accent, rng.uniform(0, 0.16)
            )
            pen.rectangle((x, foot - tall, x + wide, height), fill=body)
            pen.rectangle((x + wide * 0.72, foot - tall, x + wide, height), fill=blend(body, mood.shade, 0.3))
            if rng.random() < 0.3:
                pen.polygon([(x, foot - tall), (x + wide / 2, foot - tall - wide * 0.6), (x + wide, foot - tall)],
                            fill=blend(body, mood.accent, 0.35))  # fmt: skip
            step = 11 * unit * (0.8 + 0.5 * near)
            for line in range(1, int(tall / step)):
                for col in range(1, int(wide / step)):
                    if rng.random() < (0.5 if mood.dark or mood.hour == "sunset" else 0.4):
                        lamp = (
                            (255, 222, 140)
                            if mood.dark or mood.hour == "sunset"
                            else blend(body, mood.sky[0], 0.4)
                        )
                        lamp = blend(lamp, mood.accent, rng.uniform(0, 0.3))
                        left, top = x + (col - 0.2) * step, foot - tall + (line - 0.2) * step
                        pen.rectangle(
                            (left, top, left + step * 0.42, top + step * 0.55),
                            fill=blend(body, lamp, 0.35 + 0.55 * near),
                        )
            x += wide * rng.uniform(0.98, 1.12)
        if row < 2:
            image = soft(
                image, [(0.5, 0.68 + 0.12 * near, 0.7, 0.05)], colour=mood.sky[2], amount=0.45, blur=1.8
            )
    street = skyline(rng, width=width, base=height * 0.83, height=height * 0.004, roughness=0)
    stone = blend(blend(mood.ground, (120, 116, 120), 0.4), mood.shade, 0.2)
    image = ridge(image, street, colours=(blend(stone, mood.light, 0.3), stone, mood.shade))
    lamps = [
        (rng.random(), rng.uniform(0.84, 0.97), rng.uniform(0.01, 0.03), rng.uniform(0.004, 0.01))
        for _ in range(14)
    ]
    return soft(image, lamps, colour=blend(mood.accent, mood.light, 0.5), amount=0.6, blur=0.35)


def _room(mood: Mood, rng: random.Random, size: Size) -> Image.Image:
    width, height = size
    wall = blend(blend(mood.accent, (236, 226, 212), 0.62), mood.sky[0], 0.45 if mood.dark else 0.08)
    image = gradient(size, (blend(wall, mood.shade, 0.18), wall, blend(wall, (255, 255, 255), 0.12)))
    side = rng.choice((0.16, 0.62))
    box = tuple(round(v) for v in ((side) * width, 0.1 * height, (side + 0.24) * width, 0.46 * height))
    left, top, right, low = box
    pane = gradient((right - left, low - top), mood.sky)
    pen = ImageDraw.Draw(image)
    frame = blend(wall, (255, 255, 255), 0.55)
    edge = max(3, width // 80)
    pen.rectangle((left - edge, top - edge, right + edge, low + edge), fill=frame)
    image.paste(pane, (left, top))
    middle = (left + right) // 2
    pen.rectangle((middle - edge // 3, top, middle + edge // 3, low), fill=frame)
    pen.rectangle((left, (top + low) // 2 - edge // 3, right, (top + low) // 2 + edge // 3), fill=frame)
    image = glow(
        image, centre=(middle, (top + low) // 2), radius=round(width * 0.6), colour=mood.light, amount=0.5
    )
    table_top = height * 0.74
    wood = blend(blend((150, 98, 62), mood.ground, 0.3), mood.shade, 0.35 if mood.dark else 0.05)
    pen = ImageDraw.Draw(image)
    other = 1 - side - 0.12
    for shelf in range(2):
        y = height * (0.3 + 0.17 * shelf)
        x0, x1 = (other - 0.14) * width, (other + 0.16) * width
        x = x0 + width * 0.01
        while x < x1 - width * 0.03:
            book, tall = width * rng.uniform(0.012, 0.03), height * rng.uniform(0.06, 0.11)
            tone = blend(
                rng.choice((mood.accent, mood.ground, wood, mood.sky[1])),
                (250, 240, 226),
                rng.uniform(0, 0.5),
            )
            pen.rectangle((x, y - tall, x + book, y), fill=tone)
            x += book * rng.uniform(1.02, 1.5)
        pen.rectangle((x0, y, x1, y + height * 0.012), fill=blend(wood, mood.shade, 0.15))
    line = skyline(rng, width=width, base=table_top, height=0.5, roughness=0)
    image = ridge(image, line, colours=(blend(wood, mood.light, 0.4), wood, blend(wood, mood.shade, 0.4)))
    blobs = [
        (rng.random(), rng.uniform(0.05, 0.6), r, r * width / height)
        for r in (rng.uniform(0.01, 0.035) for _ in range(9))
    ]
    return soft(image, blobs, colour=mood.light, amount=0.3, blur=0.5)


def _space(mood: Mood, rng: random.Random, size: Size) -> Image.Image:
    width, height = size
    deep = (10, 10, 30)
    image = gradient(size, (deep, blend(deep, mood.accent, 0.28), blend(deep, mood.ground, 0.4)))
    for colour in (mood.accent, mood.sky[1], blend(mood.accent, (255, 120, 200), 0.5)):
        x, y = rng.random(), rng.random()
        cloud = [
            (
                x + math.cos(i) * i * 0.03,
                y + math.sin(i) * i * 0.02,
                rng.uniform(0.03, 0.12),
                rng.uniform(0.02, 0.08),
            )
            for i in range(9)
        ]
        image = soft(image, cloud, colour=colour, amount=0.45, blur=2.4)
    _stars(image, rng, below=1.0, count=240)
    radius = round(min(size) * rng.uniform(0.12, 0.2))
    centre = round(rng.uniform(0.15, 0.85) * width), round(rng.uniform(0.15, 0.4) * height)
    image = glow(
        image,
        centre=centre,
        radius=round(radius * 1.9),
        colour=blend(mood.accent, (255, 255, 255), 0.3),
        amount=0.6,
    )
    _planet(image, centre, radius, mood)
    line = skyline(rng, width=width, base=height * 0.84, height=height * 0.02, roughness=1.0)
    rock = blend(mood.ground, (120, 116, 134), 0.5)
    return ridge(image, line, colours=(blend(rock, mood.light, 0.35), rock, blend(rock, deep, 0.6)))


def _planet(image: Image.Image, centre: Size, radius: int, mood: Mood) -> None:
    stripes = (
        mood.accent,
        blend(mood.accent, (255, 255, 255), 0.45),
        mood.ground,
        blend(mood.accent, mood.ground, 0.5),
    )
    ball = gradient((radius * 2, radius * 2), stripes).rotate(20, Image.Resampling.BICUBIC)
    dark = Image.new("RGB", ball.size, (8, 8, 24))
    shade = (
        Image.radial_gradient("L")
        .resize((round(radius * 3.4),) * 2)
        .crop((radius, radius, radius * 3, radius * 3))
    )
    ball = Image.composite(dark, ball, shade.point([min(255, round(v * 1.25)) for v in range(256)]))
    mask = Image.new("L", (radius * 8, radius * 8))
    ImageDraw.Draw(mask).ellipse((0, 0, radius * 8 - 1, radius * 8 - 1), fill=255)
    image.paste(ball, (centre[0] - radius, centre[1] - radius), mask.reduce(4))
