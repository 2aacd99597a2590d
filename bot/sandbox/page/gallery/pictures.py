"""The files that the gallery's messages carry: photographs, paintings, papers. Drawn when they are first wanted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from PIL import Image, ImageOps

from bot.sandbox.novita.painter import Painting, paint
from bot.sandbox.pictures import training_pictures

MOST = 10
PHOTOS = tuple(f"photo{n}" for n in range(1, MOST + 1))
PAINTINGS = tuple(f"painting{n}" for n in range(1, MOST + 1))
_SCENES = (
    "a lighthouse by the sea at dawn",
    "a forest in the fog",
    "mountains at night, stars",
    "a town in the rain",
    "a meadow in summer",
    "dunes at sunset",
    "a quiet room in winter",
    "a planet in space",
    "the sea in a storm",
    "mountains in autumn",
)
_SHAPES = {"wide": (960, 240), "tall": (240, 960), "tiny": (48, 48), "icon": (96, 96)}
_NOTES = b"Ten pictures of the cat: from the front, from both sides, in the garden.\nNo hats.\n"


@cache
def files() -> Mapping[str, bytes]:
    """Every file by its word: `PHOTOS`, `PAINTINGS`, `wide`, `tall`, `tiny`, `icon`, `notes`, `archive`.

    It takes a second: call it in a thread.
    """
    found: dict[str, bytes] = {}
    with TemporaryDirectory() as folder:
        photos = training_pictures("marmalade cat", MOST, Path(folder), size=512)
        for word, path in zip(PHOTOS, photos, strict=True):
            with Image.open(path) as photo:
                found[word] = _jpeg(ImageOps.exif_transpose(photo))
    for n, (word, scene) in enumerate(zip(PAINTINGS, _SCENES, strict=True)):
        found[word] = _painted(scene, seed=n, size=(512, 512))
    for word, size in _SHAPES.items():
        found[word] = _painted(_SCENES[0], seed=3, size=size)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for word in PHOTOS[:4]:
            archive.writestr(f"{word}.jpg", found[word])
    found |= {"notes": _NOTES, "archive": packed.getvalue()}
    return MappingProxyType(found)


def _painted(prompt: str, *, seed: int, size: tuple[int, int]) -> bytes:
    painting = Painting(prompt=prompt, checkpoint="dreamshaper_8", seed=seed, width=size[0], height=size[1])
    return _jpeg(paint(painting))


def _jpeg(image: Image.Image) -> bytes:
    saved = io.BytesIO()
    image.convert("RGB").save(saved, "JPEG", quality=88)
    return saved.getvalue()
