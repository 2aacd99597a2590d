"""Which pictures are the same, nearly the same, or blurred."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from bot.pictures import (
    BLURRY_BELOW,
    Checked,
    DuplicateOf,
    NearDuplicateOf,
    Resemblance,
    check,
    duplicates,
)
from tests.unit.pictures.conftest import Writer
from tests.unit.pictures.samples import encoded, painted

Altered = Callable[[Image.Image], Image.Image]


def seen(put: Writer, image: Image.Image, kind: str = "PNG", **options: object) -> Checked:
    return check(put(encoded(image, kind, **options)))


def named(*pictures: tuple[str, Checked]) -> list[tuple[str, str, int]]:
    return [(name, checked.sha256, checked.phash) for name, checked in pictures]


def test_an_exact_copy_names_the_first_of_its_kind(put: Writer) -> None:
    one, other = seen(put, painted(seed=1)), seen(put, painted(seed=2))
    found = duplicates(named(("a", one), ("b", other), ("a", one), ("d", one)))
    assert found == [Resemblance(2, 0, DuplicateOf("a")), Resemblance(3, 0, DuplicateOf("a"))]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "altered",
    [
        lambda image: image.resize((512, 384)),
        lambda image: ImageEnhance.Brightness(image).enhance(1.1),
        lambda image: ImageEnhance.Color(image).enhance(0.2),
        lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    ],
    ids=["resized", "brighter", "faded", "softened"],
)
def test_a_retouched_copy_is_a_near_duplicate(altered: Altered, seed: int, put: Writer) -> None:
    original = painted(800, 600, seed=seed)
    found = duplicates(
        named(("a", seen(put, original)), ("b", seen(put, altered(original), "JPEG", quality=60)))
    )
    assert found == [Resemblance(1, 0, NearDuplicateOf("a"))]


def test_different_pictures_are_no_duplicates(put: Writer) -> None:
    pictures = [(str(seed), seen(put, painted(seed=seed))) for seed in range(20)]
    assert duplicates(named(*pictures)) == []


def test_a_near_duplicate_names_the_nearest() -> None:
    pictures = [("far", "1", 0b11111), ("near", "2", 0xFF_0000_0000_0001), ("it", "3", 0xFF_0000_0000_0000)]
    assert duplicates(pictures) == [Resemblance(2, 1, NearDuplicateOf("near"))]


def test_a_blurred_picture_is_called_so_and_a_sharp_one_is_not(put: Writer) -> None:
    sharp, blurred = (
        seen(put, painted(800, 600)),
        seen(put, painted(800, 600).filter(ImageFilter.GaussianBlur(6))),
    )
    assert blurred.sharpness < BLURRY_BELOW < sharp.sharpness
