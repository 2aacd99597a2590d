"""Pictures and files that the tests of `bot.pictures` need, made when asked for."""

from __future__ import annotations

import io
import random
import struct
import zlib

from PIL import Image, ImageDraw, ImageFilter

GPS = b"48 deg 51 min 29.6 sec N"
"""What stands for a place in every kind of metadata; it must be found in no file that leaves."""

XMP = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + GPS + b"</x:xmpmeta>"


def painted(width: int = 400, height: int = 300, *, seed: int = 1, mode: str = "RGB") -> Image.Image:
    """A picture with large shapes, fine lines and soft shading; another seed is another picture.

    In mode "RGBA" its upper left quarter is fully transparent.
    """
    dice = random.Random(seed)
    image = Image.new("RGB", (width, height), tuple(dice.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(12):
        left, top = dice.randrange(-width // 4, width), dice.randrange(-height // 4, height)
        box = left, top, left + dice.randrange(20, width), top + dice.randrange(20, height)
        colour = tuple(dice.randrange(256) for _ in range(3))
        (pen.ellipse if dice.random() < 0.5 else pen.rectangle)(box, fill=colour)
    for _ in range(30):
        ends = [dice.randrange(width if axis % 2 == 0 else height) for axis in range(4)]
        pen.line(ends, fill=tuple(dice.randrange(256) for _ in range(3)), width=2)
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    if mode == "RGBA":
        alpha = Image.radial_gradient("L").resize((width, height))
        alpha.paste(0, (0, 0, width // 2, height // 2))
        image.putalpha(alpha)
        return image
    return image.convert(mode)


def noisy(width: int, height: int, *, seed: int = 1) -> Image.Image:
    """A picture that no encoder makes small."""
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The file that Pillow makes of it."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(*, orientation: int = 1) -> bytes:
    """An EXIF block with an orientation, a maker and a GPS place that reads `GPS`."""
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010F] = "Camera that says " + GPS.decode()
    block.get_ifd(0x8825)[29] = GPS.decode()
    return block.tobytes()


def png_chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def png_bomb(side: int) -> bytes:
    """A black picture of `side` × `side` pixels in a few hundred KiB (1 bit a pixel) or less."""
    rows = zlib.compressobj(9)
    row = b"\x00" * (1 + (side + 7) // 8)
    packed = b"".join(rows.compress(row) for _ in range(side)) + rows.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", packed)
        + png_chunk(b"IEND", b"")
    )


def with_png_chunk(png: bytes, name: bytes, payload: bytes) -> bytes:
    """The same picture with one more chunk right after IHDR."""
    return png[:33] + png_chunk(name, payload) + png[33:]


def with_jpeg_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    """The same picture with one more segment right after the start of the image."""
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload + jpeg[2:]


def gif_of(frames: int, *, side: int = 300) -> bytes:
    """An animation whose frames after the first are one pixel each, so that thousands fit into a few KiB."""
    first = encoded(painted(side, side).convert("P"), "GIF")
    pixel = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    return first[:-1] + pixel * (frames - 1) + b"\x3b"


def webp_of(frames: int, *, side: int = 300) -> bytes:
    pictures = [painted(side, side, seed=seed) for seed in range(1, frames + 1)]
    return encoded(pictures[0], "WEBP", save_all=True, append_images=pictures[1:], duration=100)
