"""Every way a decoder may hand out pixels, brought to 8 bits a channel in sRGB: modes "L", "RGB" or "RGBA"."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

_COLOUR_SPACES = {"L": "GRAY", "RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK"}
_TOLERANCE = 8
"""Levels of 255 by which a profile may move a colour and still count as sRGB: what gamma 2.2 does to deep shadows.
Display P3 and Adobe RGB move colours by 30 and more."""

_PROBES = bytes(
    level
    for red in range(0, 256, 51)
    for green in range(0, 256, 51)
    for blue in range(0, 256, 51)
    for level in (red, green, blue)
)


def is_everyday(profile: bytes | None) -> bool:
    """Whether a picture looks the same without this ICC profile: there is none, it cannot be used, or it is sRGB."""
    if profile is None:
        return True
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if space == "CMYK":
            return False
        if space not in ("RGB", "GRAY"):
            return True
        mode = "RGB" if space == "RGB" else "L"
        levels = _PROBES if mode == "RGB" else bytes(range(256))
        before = Image.frombytes(mode, (len(levels) // len(mode), 1), levels)
        after = ImageCms.profileToProfile(before, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return True
    if after is None:
        return True
    pairs = zip(before.convert("RGB").tobytes(), after.tobytes(), strict=True)
    return max(abs(one - other) for one, other in pairs) <= _TOLERANCE


def settled(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB, with alpha only where something is transparent. May change and return `image` itself."""
    image = _eight_bits(image)
    if profile is not None and not is_everyday(profile):
        image = _converted(image, profile)
    if image.mode not in ("L", "RGB", "RGBA"):
        image = image.convert("RGB")
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info.clear()
    return image


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """Through the profile into sRGB; unchanged when the profile is of another colour space or unusable."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _COLOUR_SPACES.get(image.mode):
            return image
        target = ImageCms.createProfile("sRGB")
        if image.mode in ("RGB", "RGBA"):
            ImageCms.profileToProfile(image, source, target, inPlace=True)
            return image
        return ImageCms.profileToProfile(image, source, target, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """ "L", "RGB", "RGBA" or "CMYK", whatever came."""
    transparent = "transparency" in image.info
    if image.mode in ("P", "L", "RGB") and transparent:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "RGBA", "CMYK"):
        return image
    if image.mode in ("PA", "LA", "La", "RGBa"):
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_grey(image)
    return image.convert("RGB")


def _deep_grey(image: Image.Image) -> Image.Image:
    """16 and 32 bit grey: 0 to 65535 where that fits, else from the darkest to the lightest there is."""
    floating = image.convert("F")
    lowest, highest = floating.getextrema()
    if not isinstance(lowest, float) or not isinstance(highest, float):
        raise ValueError("not grey")
    if image.mode.startswith("I") and lowest >= 0 and highest <= 65535:
        lowest, highest = 0.0, 65535.0
    scale = 255.0 / (highest - lowest) if highest > lowest else 0.0
    return floating.point(lambda level: level * scale + (0.5 - lowest * scale)).convert("L")
