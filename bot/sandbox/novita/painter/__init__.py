"""Pictures drawn from a prompt, a seed and what LoRAs learnt: the same order gives the same picture, always.

    look    what a LoRA learnt from its training pictures: colours, cut-out subjects, a texture
    mood    what a prompt and a seed ask for: place, hour, weather, colours
    scene   a landscape, sea, town, room or sky drawn from a mood
    canvas  gradients, glows, silhouettes, brush strokes; nothing that knows a prompt

Blocking: run `paint` and `Look.of` in a thread. Nothing here knows the API.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from bot.sandbox.novita.painter.canvas import blend, brushed, glow, scaled_alpha, toned
from bot.sandbox.novita.painter.look import Look
from bot.sandbox.novita.painter.mood import Mood
from bot.sandbox.novita.painter.scene import draw

__all__ = ["Influence", "Look", "Painting", "paint"]

_LONGEST = 1024
"""Pixels; larger pictures are drawn at this size and enlarged."""


@dataclass(frozen=True, slots=True)
class Influence:
    """A LoRA in a request: what it learnt, and its strength 0–1."""

    look: Look
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """One picture to paint; sizes in pixels."""

    prompt: str
    checkpoint: str
    seed: int
    width: int
    height: int
    influences: tuple[Influence, ...] = ()
    transparent: bool = False


def paint(painting: Painting) -> Image.Image:
    """The picture, RGB, or RGBA with a soft edge when it is to be transparent."""
    shrink = min(1.0, _LONGEST / max(painting.width, painting.height))
    size = max(64, round(painting.width * shrink)), max(64, round(painting.height * shrink))
    mood = Mood.of(painting.prompt, checkpoint=painting.checkpoint, seed=painting.seed)
    rng = random.Random(f"{mood.salt}|brush")
    image = draw(mood, size=size)
    for influence in painting.influences:
        if influence.look.texture is not None:
            image = _styled(image, influence)
    image = brushed(image, rng=rng, strokes=260)
    subjects = [influence for influence in painting.influences if influence.look.poses]
    for place, influence in enumerate(subjects):
        image = _with_subject(image, influence, mood=mood, rng=rng, place=place, of=len(subjects))
    for influence in painting.influences:
        if influence.look.texture is None and not influence.look.poses:
            image = toned(image, influence.look.palette, amount=0.75 * influence.strength)
    image = ImageEnhance.Contrast(image).enhance(1.06)
    if image.size != (painting.width, painting.height):
        image = image.resize((painting.width, painting.height), Image.Resampling.BICUBIC)
    if painting.transparent:
        edge = ImageOps.invert(Image.radial_gradient("L").resize(image.size))
        image.putalpha(edge.point([max(0, min(255, (v - 84) * 4)) for v in range(256)]))
    return image


def _styled(image: Image.Image, influence: Influence) -> Image.Image:
    """The scene in the colours and with the grain of the pictures that a style was learnt from."""
    toned_image = toned(image, influence.look.palette, amount=0.9 * influence.strength)
    texture = influence.look.texture
    assert texture is not None
    grain = ImageOps.fit(texture, image.size, Image.Resampling.BICUBIC)
    return Image.blend(toned_image, ImageChops.soft_light(toned_image, grain), 0.8 * influence.strength)


def _with_subject(
    image: Image.Image, influence: Influence, *, mood: Mood, rng: random.Random, place: int, of: int
) -> Image.Image:
    """The learnt subject standing in the scene: its own shape, in the scene's light, faint at low strength."""
    width, height = image.size
    pose = influence.look.poses[rng.randrange(len(influence.look.poses))]
    if rng.random() < 0.5:
        pose = ImageOps.mirror(pose)
    share = rng.uniform(0.5, 0.64) / (1 + 0.35 * (of - 1))
    ratio = min(share * height / pose.height, 0.7 * width / of / pose.width)
    pose = pose.resize(
        (max(1, round(pose.width * ratio)), max(1, round(pose.height * ratio))), Image.Resampling.LANCZOS
    )
    alpha = pose.getchannel("A")
    lit = Image.blend(pose.convert("RGB"), Image.new("RGB", pose.size, mood.light), 0.14)
    lit = ImageEnhance.Brightness(lit).enhance(0.82 if mood.dark else 1.04)
    middle = width * (place + 0.5) / of + rng.uniform(-0.13, 0.13) * width / of
    left = round(middle - pose.width / 2)
    foot = round(height * rng.uniform(0.88, 0.94))
    halo = blend(mood.light, (255, 255, 255), 0.3)
    image = glow(
        image, centre=(round(middle), foot - pose.height // 2), radius=round(pose.height * 0.95), colour=halo,
        amount=0.30 * influence.strength,
    )  # fmt: skip
    shadow = Image.new("L", image.size)
    flat = alpha.resize((pose.width, max(4, pose.height // 7)))
    shadow.paste(ImageOps.flip(flat), (left, foot - flat.height // 2))
    shadow = shadow.filter(ImageFilter.GaussianBlur(max(2, width // 90)))
    image = Image.composite(
        Image.new("RGB", image.size, mood.shade), image, scaled_alpha(shadow, 0.5 * influence.strength)
    )
    image.paste(
        lit, (left, foot - pose.height), scaled_alpha(alpha, min(1.0, 0.04 + 1.2 * influence.strength))
    )
    return image
