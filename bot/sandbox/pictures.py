"""Training pictures as people have them, and files as nobody should send them; drawn, deterministic, no downloads."""

from __future__ import annotations

import io
import math
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import pillow_heif
from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter, ImageOps

Colour: TypeAlias = tuple[int, int, int]

_COLOURS: dict[str, Colour] = {
    "marmalade": (232, 142, 58),
    "orange": (232, 142, 58),
    "blue": (48, 104, 196),
    "paper": (240, 230, 208),
    "white": (238, 236, 230),
    "black": (52, 52, 62),
    "grey": (142, 146, 156),
    "red": (204, 62, 58),
    "green": (74, 150, 92),
    "pink": (234, 136, 168),
    "yellow": (240, 200, 76),
    "purple": (128, 82, 176),
    "golden": (222, 172, 66),
}
_LAYER = 1000
"""Pixels a side on which a subject is drawn before it is put into its picture."""


def training_pictures(
    subject: str, count: int, folder: Path, *, size: int = 768, megabytes: float | None = None
) -> list[Path]:
    """Draw `count` pictures of one subject into `folder` and return their paths.

    "marmalade cat", "blue teapot", "paper lighthouse" are known; any other subject becomes a toy robot in its
    colour. Poses, backgrounds and formats (JPEG, PNG, WebP) vary; every second JPEG lies on its side with an EXIF
    orientation and tells its GPS position. `megabytes` makes each a JPEG of about that size with dense detail.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index in range(count):
        rng = random.Random(f"{subject}|{index}")
        side = size if megabytes is None else 512
        image = _picture(subject, rng, index=index, size=side)
        stem = folder / f"{subject.replace(' ', '-')}-{index + 1:02d}"
        if megabytes is not None:
            paths.append(
                _dense(image, stem.with_suffix(".jpg"), rng=rng, size=round(megabytes * 1024 * 1024))
            )
        else:
            paths.append(_saved(image, stem, index=index))
    return paths


def _saved(image: Image.Image, stem: Path, *, index: int) -> Path:
    match index % 4:
        case 0:
            path = stem.with_suffix(".jpg")
            image.save(path, "JPEG", quality=90)
        case 1:
            path = stem.with_suffix(".png")
            image.save(path, "PNG", compress_level=3)
        case 2:
            path = stem.with_suffix(".jpeg")
            exif = Image.Exif()
            exif[ExifTags.Base.Orientation] = 6
            exif[ExifTags.Base.Make] = "Loopback"
            exif[ExifTags.Base.Model] = "Phone 3"
            gps = {1: "N", 2: (53.0, 33.0, 9.0), 3: "E", 4: (9.0, 59.0, 30.0)}
            exif[ExifTags.IFD.GPSInfo] = gps
            image.transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", quality=90, exif=exif)
        case _:
            path = stem.with_suffix(".webp")
            image.save(path, "WEBP", quality=88, method=1)
    return path


def _dense(image: Image.Image, path: Path, *, rng: random.Random, size: int) -> Path:
    """A JPEG of about `size` bytes: the picture under film grain, which compresses badly."""
    side = 8 * round(math.sqrt(size / _BYTES_PER_GRAINY_PIXEL) / 8)
    grain = Image.frombytes("RGB", (side, side), rng.randbytes(side * side * 3))
    grainy = Image.blend(image.resize((side, side), Image.Resampling.BILINEAR), grain, 0.35)
    grainy.save(path, "JPEG", quality=95, subsampling=0)
    return path


_BYTES_PER_GRAINY_PIXEL = 1.62
"""Measured with the two settings above."""


# Subjects in their surroundings.


def _picture(subject: str, rng: random.Random, *, index: int, size: int) -> Image.Image:
    colour = next((_COLOURS[word] for word in subject.lower().split() if word in _COLOURS), None)
    draw = next((draw for word, draw in _SUBJECTS.items() if word in subject.lower()), _robot)
    if colour is None:
        fallback = random.Random(subject)
        colour = (fallback.randint(60, 220), fallback.randint(60, 220), fallback.randint(60, 220))
    layer = Image.new("RGBA", (_LAYER, _LAYER))
    draw(ImageDraw.Draw(layer), colour, rng, index)
    layer = _lit(layer.resize((round(size * rng.uniform(0.68, 0.84)),) * 2, Image.Resampling.BOX))
    if rng.random() < 0.5:
        layer = ImageOps.mirror(layer)
    layer = layer.rotate(rng.uniform(-5, 5), Image.Resampling.BICUBIC)
    scene, floor = _surroundings(rng, size=size, away_from=colour)
    left = round((size - layer.width) * rng.uniform(0.3, 0.7))
    top = min(size - layer.height, round(floor + size * rng.uniform(0.1, 0.16)) - round(layer.height * 0.96))
    shadow = Image.new("L", (size, size))
    pen = ImageDraw.Draw(shadow)
    foot = top + layer.height * 0.955
    pen.ellipse(
        (left + layer.width * 0.2, foot - size * 0.03, left + layer.width * 0.8, foot + size * 0.025),
        fill=110,
    )
    scene = Image.composite(
        Image.new("RGB", scene.size, (30, 26, 34)), scene, shadow.filter(ImageFilter.GaussianBlur(size / 60))
    )
    scene.paste(layer, (left, top), layer)
    return scene


def _surroundings(rng: random.Random, *, size: int, away_from: Colour) -> tuple[Image.Image, float]:
    """A wall, a floor, lights out of focus, in colours that set the subject off; and where the floor begins."""
    opposite = tuple(255 - c for c in away_from)
    base = _mix(
        (opposite[0], opposite[1], opposite[2]),
        (rng.randint(90, 240), rng.randint(90, 240), rng.randint(90, 240)),
        0.55,
    )
    dark = rng.random() < 0.35
    wall = _mix(base, (40, 44, 66) if dark else (244, 242, 236), 0.5)
    if _distance(wall, away_from) < 120:
        wall = _mix(wall, (30, 40, 60) if sum(away_from) > 380 else (250, 250, 246), 0.6)
    floor_colour = _mix(wall, (96, 70, 54) if sum(away_from) > 380 else (232, 218, 196), 0.5)
    floor = size * rng.uniform(0.62, 0.72)
    image = _gradient(size, _mix(wall, (255, 255, 255), 0.12), _mix(wall, (0, 0, 0), 0.08))
    lights = Image.new("L", (size, size))
    pen = ImageDraw.Draw(lights)
    for _ in range(rng.randint(3, 9)):
        x, y, r = rng.random() * size, rng.random() * floor * 0.9, rng.uniform(0.02, 0.06) * size
        pen.ellipse((x - r, y - r, x + r, y + r), fill=rng.randint(25, 60))
    lights = lights.filter(ImageFilter.GaussianBlur(size / 90))
    image = Image.composite(Image.new("RGB", image.size, (255, 246, 220)), image, lights)
    ground = _gradient(size, _mix(floor_colour, (255, 255, 255), 0.12), _mix(floor_colour, (0, 0, 0), 0.18))
    mask = Image.new("L", (size, size))
    ImageDraw.Draw(mask).rectangle((0, floor, size, size), fill=255)
    return Image.composite(ground, image, mask.filter(ImageFilter.GaussianBlur(size / 250))), floor


def _lit(layer: Image.Image) -> Image.Image:
    """Light from above left, shade below right, so that flat shapes look round."""
    alpha = layer.getchannel("A")
    colours = layer.convert("RGB")
    colours = ImageChops.soft_light(colours, _light(layer.width))
    out = colours.convert("RGBA")
    out.putalpha(alpha)
    return out


@cache
def _light(side: int) -> Image.Image:
    left, top = side * 7 // 10, side * 3 // 4
    disc = ImageOps.invert(Image.radial_gradient("L")).resize((side * 2, side * 2))
    return Image.merge("RGB", (disc.crop((left, top, left + side, top + side)),) * 3)


def _cat(pen: ImageDraw.ImageDraw, colour: Colour, rng: random.Random, index: int) -> None:
    dark, pale = _mix(colour, (70, 30, 10), 0.45), _mix(colour, (255, 248, 236), 0.68)
    lying = index % 3 == 2
    tilt = rng.uniform(-24, 24)
    if lying:
        _curve(pen, [(780, 880), (930, 900), (960, 800), (880, 740)], 62, colour)
        _curve(pen, [(905, 770), (880, 740)], 62, dark)
        pen.ellipse((190, 560, 890, 955), fill=colour)
        for rib in range(430, 830, 85):
            _curve(pen, [(rib, 565 + abs(rib - 560) // 4), (rib + 22, 640), (rib + 10, 735)], 26, dark)
        pen.ellipse((250, 850, 450, 958), fill=pale)
        pen.ellipse((440, 866, 610, 958), fill=pale)
        cx, cy = 330 + tilt, 480
    else:
        _curve(pen, [(640, 900), (850, 900), (900, 720), (830, 600)], 66, colour)
        _curve(pen, [(862, 655), (830, 600)], 66, dark)
        pen.ellipse((280, 430, 720, 960), fill=colour)
        pen.ellipse((235, 690, 470, 960), fill=colour)
        pen.ellipse((530, 690, 765, 960), fill=colour)
        for y in range(600, 860, 75):
            _curve(pen, [(705, y), (655, y + 14), (618, y + 8)], 24, dark)
            _curve(pen, [(295, y), (345, y + 14), (382, y + 8)], 24, dark)
        pen.ellipse((400, 470, 600, 800), fill=pale)
        pen.rounded_rectangle((395, 690, 490, 955), 46, fill=colour)
        pen.rounded_rectangle((510, 690, 605, 955), 46, fill=colour)
        pen.ellipse((380, 885, 495, 962), fill=pale)
        pen.ellipse((505, 885, 620, 962), fill=pale)
        cx, cy = 500 + tilt, 310
    for side in (-1, 1):
        pen.polygon(
            [(cx + side * 60, cy - 150), (cx + side * 190, cy - 270), (cx + side * 205, cy - 40)], fill=colour
        )
        pen.polygon(
            [(cx + side * 100, cy - 150), (cx + side * 175, cy - 225), (cx + side * 182, cy - 80)],
            fill=(238, 160, 150),
        )
    pen.ellipse((cx - 222, cy - 182, cx + 222, cy + 178), fill=colour)
    for offset in (-58, 0, 58):
        _curve(pen, [(cx + offset, cy - 178), (cx + offset * 0.7, cy - 90)], 24, dark)
    for side in (-1, 1):
        _curve(pen, [(cx + side * 214, cy + 10), (cx + side * 140, cy + 26)], 20, dark)
        _curve(pen, [(cx + side * 196, cy + 70), (cx + side * 130, cy + 70)], 20, dark)
    pen.ellipse((cx - 112, cy + 22, cx + 112, cy + 168), fill=pale)
    shut = rng.random() < 0.25
    for side in (-1, 1):
        x = cx + side * 92
        if shut:
            pen.arc((x - 46, cy - 52, x + 46, cy + 24), 20, 160, fill=(60, 34, 22), width=13)
        else:
            pen.ellipse((x - 50, cy - 62, x + 50, cy + 38), fill=(62, 40, 26))
            pen.ellipse((x - 43, cy - 55, x + 43, cy + 31), fill=(142, 196, 92))
            pen.ellipse((x - 17, cy - 52, x + 17, cy + 28), fill=(18, 18, 20))
            pen.ellipse((x - 22, cy - 40, x - 4, cy - 20), fill=(255, 255, 255))
    pen.polygon([(cx - 26, cy + 48), (cx + 26, cy + 48), (cx, cy + 76)], fill=(218, 112, 108))
    for side in (-1, 1):
        pen.arc(
            (cx - 26 + side * 26, cy + 62, cx + 26 + side * 26, cy + 112), 20, 160, fill=(96, 52, 40), width=8
        )
        for line in (-1, 0, 1):
            pen.line(
                (cx + side * 92, cy + 92 + 14 * line, cx + side * 262, cy + 82 + 38 * line),
                fill=(250, 246, 240),
                width=5,
            )


def _teapot(pen: ImageDraw.ImageDraw, colour: Colour, rng: random.Random, index: int) -> None:
    dark, pale = _mix(colour, (8, 12, 40), 0.4), _mix(colour, (255, 255, 255), 0.75)
    gold = (226, 184, 92)
    lift = rng.uniform(0, 46) if index % 4 == 1 else 0.0
    pen.arc((640, 400, 950, 800), 250, 110, fill=dark, width=64)
    pen.arc((648, 408, 942, 792), 250, 110, fill=colour, width=46)
    pen.polygon(
        [(270, 760), (60, 440), (20, 452), (10, 412), (118, 388), (150, 440), (330, 590)], fill=colour
    )
    pen.polygon([(10, 412), (118, 388), (126, 404), (18, 432)], fill=gold)
    pen.polygon([(350, 940), (690, 940), (650, 860), (390, 860)], fill=dark)
    pen.ellipse((215, 380, 825, 925), fill=colour)
    pen.chord((215, 380, 825, 925), 20, 160, fill=_mix(colour, dark, 0.35))
    for number in range(7):
        x, y = 300 + 73 * number, 640 + 34 * math.sin(number / 6 * math.pi)
        pen.ellipse((x - 30, y - 30, x + 30, y + 30), fill=pale)
        pen.ellipse((x - 14, y - 14, x + 14, y + 14), fill=gold)
    pen.ellipse((375, 345 - lift, 665, 450 - lift), fill=dark)
    pen.chord((385, 270 - lift, 655, 500 - lift), 180, 360, fill=colour)
    pen.rectangle((385, 380 - lift, 655, 398 - lift), fill=gold)
    pen.ellipse((475, 190 - lift, 565, 285 - lift), fill=gold)
    pen.ellipse((495, 208 - lift, 524, 236 - lift), fill=(255, 246, 214))
    pen.ellipse((300, 450, 400, 570), fill=_mix(colour, (255, 255, 255), 0.55))
    pen.ellipse((322, 470, 372, 530), fill=(255, 255, 255))


def _lighthouse(pen: ImageDraw.ImageDraw, colour: Colour, rng: random.Random, index: int) -> None:
    red, fold = (206, 74, 62), _mix(colour, (120, 106, 90), 0.35)
    rock, dark_rock = (120, 116, 124), (84, 82, 94)
    pen.polygon([(150, 960), (240, 850), (420, 810), (640, 815), (800, 870), (880, 960)], fill=rock)
    pen.polygon([(640, 815), (800, 870), (880, 960), (560, 960)], fill=dark_rock)

    def slice_(low: float, high: float, left: Colour, right: Colour) -> None:
        def half(y: float) -> float:
            return 88 + 80 * (y - 300) / 540

        a, b = half(low), half(high)
        pen.polygon([(500 - a, low), (500, low + 14), (500, high + 14), (500 - b, high)], fill=left)
        pen.polygon([(500, low + 14), (500 + a, low), (500 + b, high), (500, high + 14)], fill=right)

    bands = 6
    for band in range(bands):
        low, high = 300 + 540 * band / bands, 300 + 540 * (band + 1) / bands
        if band % 2:
            slice_(low, high, red, _mix(red, (60, 20, 30), 0.3))
        else:
            slice_(low, high, colour, fold)
    pen.polygon([(455, 848), (455, 760), (480, 738), (500, 752), (500, 862)], fill=(74, 58, 62))
    for y in (420, 600):
        pen.rectangle((438, y, 474, y + 52), fill=(70, 84, 118))
    pen.polygon([(385, 300), (500, 318), (615, 300), (615, 276), (500, 290), (385, 276)], fill=(66, 66, 80))
    glow_ = (255, 226, 128) if rng.random() < 0.7 else (206, 226, 236)
    pen.rectangle((430, 180, 570, 284), fill=glow_)
    for x in (430, 476, 524, 570):
        pen.line((x, 180, x, 284), fill=(66, 66, 80), width=9)
    pen.polygon([(400, 184), (500, 70), (500, 196)], fill=red)
    pen.polygon([(500, 70), (600, 184), (500, 196)], fill=_mix(red, (60, 20, 30), 0.3))
    pen.ellipse((486, 48, 514, 78), fill=(66, 66, 80))
    if index % 2:
        pen.polygon([(570, 210), (970, 130), (970, 330), (570, 260)], fill=(*glow_, 90))


def _robot(pen: ImageDraw.ImageDraw, colour: Colour, rng: random.Random, index: int) -> None:
    dark, pale = _mix(colour, (20, 20, 36), 0.5), _mix(colour, (255, 255, 255), 0.6)
    wave = -200 if index % 2 else 120
    _curve(pen, [(300, 560), (180, 600), (150, 600 + wave)], 60, dark)
    _curve(pen, [(700, 560), (820, 640), (840, 760)], 60, dark)
    pen.rounded_rectangle((350, 820, 460, 960), 30, fill=dark)
    pen.rounded_rectangle((540, 820, 650, 960), 30, fill=dark)
    pen.rounded_rectangle((280, 480, 720, 860), 80, fill=colour)
    pen.rounded_rectangle((360, 560, 640, 740), 40, fill=pale)
    pen.ellipse((400, 600, 470, 670), fill=(232, 96, 80))
    pen.ellipse((500, 600, 570, 670), fill=(248, 206, 92))
    pen.line((500, 180, 500, 90), fill=dark, width=24)
    pen.ellipse((462, 40, 538, 116), fill=(248, 206, 92))
    pen.rounded_rectangle((300, 160, 700, 470), 110, fill=colour)
    pen.rounded_rectangle((350, 230, 650, 400), 70, fill=dark)
    look = rng.uniform(-26, 26)
    for x in (430, 570):
        pen.ellipse((x - 44 + look, 272, x + 44 + look, 360), fill=(160, 240, 255))


_SUBJECTS: dict[str, Callable[[ImageDraw.ImageDraw, Colour, random.Random, int], None]] = {
    "cat": _cat,
    "teapot": _teapot,
    "lighthouse": _lighthouse,
}


def _curve(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: int, colour: Colour) -> None:
    """A rounded brush along a smooth line through control points."""
    steps = 26
    for step in range(steps + 1):
        at = step / steps
        line = points
        while len(line) > 1:
            line = [(a[0] + (b[0] - a[0]) * at, a[1] + (b[1] - a[1]) * at) for a, b in pairwise(line)]
        x, y = line[0]
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


def _mix(one: Colour, other: Colour, amount: float) -> Colour:
    r, g, b = (round(a + (c - a) * amount) for a, c in zip(one, other, strict=True))
    return r, g, b


def _distance(one: Colour, other: Colour) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def _gradient(size: int, top: Colour, low: Colour) -> Image.Image:
    column = Image.new("RGB", (1, size))
    column.putdata([_mix(top, low, y / (size - 1)) for y in range(size)])
    return column.resize((size, size))


# Files as nobody should send them.


def hostile(folder: Path) -> dict[str, Path]:
    """One file for each kind of bad input, by name; all together a few megabytes on disk.

    `text`, `truncated`, `bomb`, `gif`, `zip_bomb`, `nested_zip`, `zip_paths`, `zip_51`, `small`, `heic` (a good one),
    `animated_webp`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    picture = _picture("marmalade cat", random.Random("hostile"), index=0, size=512)
    good = _bytes(picture, "JPEG")
    small = _bytes(picture.resize((64, 64)), "PNG")
    heic = io.BytesIO()
    pillow_heif.from_pillow(picture).save(heic, quality=80)
    tiny_pictures = {
        f"picture-{n:02d}.jpg": _bytes(
            _picture("blue teapot", random.Random(f"zip|{n}"), index=n, size=256), "JPEG"
        )
        for n in range(51)
    }
    files = {
        "text": ("notes.png", b"this is not a picture, whatever its name says\n" * 40),
        "truncated": ("truncated.jpg", good[: len(good) // 2]),
        "bomb": ("bomb.png", _png_bomb(20_000)),
        "gif": ("frames.gif", _many_frames(1_000, side=1_000)),
        "zip_bomb": ("bomb.zip", _zip({"picture.png": bytes(256 * 1024 * 1024)})),
        "nested_zip": ("nested.zip", _zip({"more.zip": _zip({"picture.jpg": good})})),
        "zip_paths": (
            "paths.zip",
            _zip({"../../outside.jpg": good, "/etc/absolute.jpg": good, "..\\windows.jpg": good}),
        ),
        "zip_51": ("fifty-one.zip", _zip(tiny_pictures)),
        "small": ("small.png", small),
        "heic": ("phone.heic", heic.getvalue()),
        "animated_webp": ("animated.webp", _animated_webp(8_000)),
    }
    paths = {}
    for kind, (name, data) in files.items():
        paths[kind] = folder / name
        paths[kind].write_bytes(data)
    return paths


def _bytes(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _png_bomb(side: int) -> bytes:
    """A well-formed PNG of side × side white pixels: 50 kB on disk, 400 MB and more in memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (side // 8)
    data = b"".join(rows.compress(row * 100) for _ in range(side // 100)) + rows.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _many_frames(frames: int, *, side: int) -> bytes:
    """A GIF whose one small frame is repeated, each as large as the canvas."""
    out = io.BytesIO()
    Image.new("P", (side, side)).save(out, "GIF")
    one = out.getvalue()
    start = one.index(b"\x2c\0\0\0\0")
    return one[:start] + (b"\x21\xf9\x04\0\x01\0\0\0" + one[start:-1]) * frames + b"\x3b"


def _animated_webp(side: int) -> bytes:
    """Two frames on a large canvas: its container claims side × side pixels, the frames are small."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)

    def u24(value: int) -> bytes:
        return struct.pack("<I", value)[:3]

    still = _bytes(Image.new("RGB", (16, 16), (200, 90, 60)), "WEBP")[12:]
    frame = b"\0" * 6 + u24(15) + u24(15) + u24(100) + b"\0" + still
    body = chunk(b"VP8X", struct.pack("<I", 0x02) + u24(side - 1) + u24(side - 1))
    body += chunk(b"ANIM", b"\xff\xff\xff\xff\0\0") + chunk(b"ANMF", frame) * 2
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body
