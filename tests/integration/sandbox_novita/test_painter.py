"""What the sandbox paints: the same order the same picture, other orders and other LoRAs visibly other pictures."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from bot.sandbox.novita.painter import Influence, Look, Painting, paint
from bot.sandbox.pictures import training_pictures
from tests.integration.sandbox_novita.conftest import Customer


def _learn(subject: str, folder: Path, *, style: bool = False) -> Look:
    pictures = []
    for path in training_pictures(subject, 4, folder, size=320):
        with Image.open(path) as image:
            pictures.append(ImageOps.exif_transpose(image).convert("RGB"))
    return Look.of(pictures, style=style)


def _painted(prompt: str = "zqx by the sea", *, seed: int = 1, look: Look | None = None, strength: float = 0.8,
             size: tuple[int, int] = (320, 320)) -> Image.Image:  # fmt: skip
    influences = () if look is None else (Influence(look, strength),)
    width, height = size
    return paint(
        Painting(prompt=prompt, checkpoint="x", seed=seed, width=width, height=height, influences=influences)
    )


def _apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of the pixels, 0–255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.fixture(scope="module")
def cat(tmp_path_factory: pytest.TempPathFactory) -> Look:
    return _learn("marmalade cat", tmp_path_factory.mktemp("cat"))


@pytest.fixture(scope="module")
def teapot(tmp_path_factory: pytest.TempPathFactory) -> Look:
    return _learn("blue teapot", tmp_path_factory.mktemp("teapot"))


def test_the_same_order_is_the_same_picture(cat: Look) -> None:
    assert _apart(_painted(look=cat), _painted(look=cat)) == 0


def test_two_loras_are_visibly_two_things(cat: Look, teapot: Look) -> None:
    assert _apart(_painted(look=cat), _painted(look=teapot)) > 8


def test_a_lora_brings_the_colours_of_its_training_pictures(cat: Look, teapot: Look) -> None:
    plain = ImageStat.Stat(_painted()).mean
    orange, blue = ImageStat.Stat(_painted(look=cat)).mean, ImageStat.Stat(_painted(look=teapot)).mean
    assert orange[0] - orange[2] > blue[0] - blue[2] + 10
    assert plain != orange


def test_prompts_seeds_and_strengths_are_seen(cat: Look) -> None:
    one = _painted(look=cat)
    assert _apart(one, _painted("zqx in a neon city at night", look=cat)) > 20
    assert _apart(one, _painted(seed=2, look=cat)) > 5
    steps = [_apart(_painted(), _painted(look=cat, strength=strength)) for strength in (0.0, 0.3, 0.8)]
    assert steps[0] < 2 < steps[1] < steps[2]


def test_a_style_recolours_the_scene(tmp_path: Path) -> None:
    style = _learn("paper lighthouse", tmp_path, style=True)
    assert _apart(_painted(), _painted(look=style)) > 10
    assert _apart(_painted(look=Look.named("ink")), _painted(look=Look.named("clay"))) > 10


def test_a_picture_of_nothing_in_particular_still_teaches_something() -> None:
    look = Look.of([Image.new("RGB", (300, 200), (30, 120, 60))], style=False)
    assert _apart(_painted(), _painted(look=look)) > 3
    assert Look.of([], style=False).palette


@pytest.mark.parametrize(
    "prompt", ["sea", "city", "forest", "mountain", "desert", "room", "space", "zqx", "夜の猫"]
)
@pytest.mark.parametrize("size", [(128, 2048), (256, 200)])
def test_every_place_is_painted_at_every_shape(prompt: str, size: tuple[int, int]) -> None:
    image = _painted(prompt, size=size)
    assert image.size == size
    assert sum(ImageStat.Stat(image).stddev) > 15


async def test_loras_trained_over_the_wire_paint_what_they_were_shown(ada: Customer, tmp_path: Path) -> None:
    images = []
    for subject in ("marmalade cat", "blue teapot"):
        items = []
        for path in training_pictures(subject, 3, tmp_path / subject, size=256):
            kind = {".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png"}[path.suffix]
            items.append({"assets_id": await ada.upload(path.read_bytes(), extension=kind)})
        lora = await ada.trained(name=subject, image_dataset_items=items)
        result = await ada.painted(loras=[{"model_name": lora, "strength": 0.9}])
        body = (await ada.fetch(result["images"][0]["image_url"])).body
        images.append(Image.open(io.BytesIO(body)).convert("RGB"))
    assert _apart(*images) > 8
