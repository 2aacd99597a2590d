"""Contact sheets."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.pictures import contact_sheet
from tests.unit.pictures.samples import encoded, painted


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Red, green and blue, in different formats and shapes."""
    made = []
    for colour, size, kind in (
        ("red", (400, 300), "JPEG"),
        ("lime", (300, 600), "PNG"),
        ("blue", (9, 9), "WEBP"),
    ):
        made.append(tmp_path / f"{colour}.dat")
        made[-1].write_bytes(encoded(Image.new("RGB", size, colour), kind))
    return made


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    return image.convert("RGB")


def brightest(image: Image.Image, place: tuple[int, int]) -> str:
    pixel = image.getpixel(place)
    assert isinstance(pixel, tuple)
    return ["red", "lime", "blue"][pixel.index(max(pixel))] if max(pixel) > 150 else "dark"


def test_pictures_stand_in_rows_on_a_dark_card_with_round_corners(paths: list[Path]) -> None:
    sheet = opened(contact_sheet(paths, columns=2, cell=100))
    assert sheet.size == (12 + 2 * 112, 12 + 2 * 112)
    assert [brightest(sheet, place) for place in ((62, 62), (174, 62), (62, 174))] == ["red", "lime", "blue"]
    assert [brightest(sheet, place) for place in ((174, 174), (2, 2), (13, 13))] == ["dark"] * 3


def test_captions_take_their_room_and_are_cut_to_it(paths: list[Path]) -> None:
    sheet = opened(contact_sheet(paths, cell=100, captions=["1", "a caption far too long for its cell", ""]))
    assert sheet.size == (12 + 3 * 112, 12 + 112 + 22)
    below = sheet.crop((12, 112, 112, 134))
    assert max(high for _, high in below.getextrema()) > 150
    between = sheet.crop((224, 112, 236, 134))
    assert max(high for _, high in between.getextrema()) < 60


def test_letters_the_font_lacks_are_shown_by_their_like_or_a_question_mark(paths: list[Path]) -> None:
    strange = contact_sheet(paths[:1], captions=["Mü 猫"])
    assert opened(strange).tobytes() == opened(contact_sheet(paths[:1], captions=["Mu ?"])).tobytes()


def test_what_cannot_be_shown_leaves_its_place_empty(paths: list[Path], tmp_path: Path) -> None:
    paths[1].write_bytes(b"no picture")
    sheet = opened(contact_sheet([paths[0], paths[1], tmp_path / "gone", paths[2]], columns=4, cell=60))
    assert [brightest(sheet, (42 + 72 * at, 42)) for at in range(4)] == ["red", "dark", "dark", "blue"]


def test_transparent_pictures_lie_on_the_card(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    path.write_bytes(encoded(painted(300, 300, mode="RGBA"), "PNG"))
    assert brightest(opened(contact_sheet([path], cell=100)), (37, 37)) == "dark"


def test_fifty_fit_into_one_message(paths: list[Path]) -> None:
    assert len(contact_sheet(paths * 17, columns=10, captions=["name"] * 51)) < 1_000_000


@pytest.mark.parametrize("arguments", [{"columns": 0}, {"cell": 0}, {"captions": ["one"]}])
def test_nonsense_is_refused(arguments: dict[str, object], paths: list[Path]) -> None:
    with pytest.raises(ValueError, match="contact sheet"):
        contact_sheet(paths, **arguments)
    with pytest.raises(ValueError, match="contact sheet"):
        contact_sheet([])
