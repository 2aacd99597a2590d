"""Training pictures and hostile files are what they claim to be."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageOps

from bot.sandbox.pictures import hostile, training_pictures


def test_training_pictures_are_the_same_every_time(tmp_path: Path) -> None:
    first = training_pictures("blue teapot", 4, tmp_path / "a", size=256)
    again = training_pictures("blue teapot", 4, tmp_path / "b", size=256)
    assert [path.name for path in first] == [path.name for path in again]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    assert len({path.read_bytes() for path in first}) == 4


def test_training_pictures_come_in_three_formats_and_some_lie_on_their_side(tmp_path: Path) -> None:
    formats = []
    for path in training_pictures("green dragon", 4, tmp_path, size=256):
        with Image.open(path) as image:
            formats.append(image.format)
            exif = image.getexif()
            if exif:
                assert exif[ExifTags.Base.Orientation] == 6
                assert exif.get_ifd(ExifTags.IFD.GPSInfo)[1] == "N"
            assert ImageOps.exif_transpose(image).size == (256, 256)
    assert formats == ["JPEG", "PNG", "JPEG", "WEBP"]


def test_large_training_pictures_are_about_as_large_as_asked_and_all_different(tmp_path: Path) -> None:
    paths = training_pictures("marmalade cat", 2, tmp_path, megabytes=4)
    sizes = [path.stat().st_size / 2**20 for path in paths]
    assert all(3.7 < size < 4.3 for size in sizes)
    assert paths[0].read_bytes() != paths[1].read_bytes()


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return hostile(tmp_path_factory.mktemp("hostile"))


def test_hostile_files_are_small_on_disk(bad: dict[str, Path]) -> None:
    assert sum(path.stat().st_size for path in bad.values()) < 8 * 2**20


def test_the_bomb_is_an_honest_png_of_400_megapixels(bad: dict[str, Path]) -> None:
    with pytest.raises(Image.DecompressionBombError, match="400000000"):
        Image.open(bad["bomb"])


def test_animations_claim_many_frames_or_a_large_canvas(bad: dict[str, Path]) -> None:
    with Image.open(bad["gif"]) as gif:
        assert (gif.format, gif.size, getattr(gif, "n_frames", 1)) == ("GIF", (1000, 1000), 1000)
    with Image.open(bad["animated_webp"]) as webp:
        assert (webp.format, webp.size, getattr(webp, "n_frames", 1)) == ("WEBP", (8000, 8000), 2)


def test_what_is_no_picture_and_what_is_half_of_one(bad: dict[str, Path]) -> None:
    with pytest.raises(OSError, match="cannot identify"):
        Image.open(bad["text"])
    with Image.open(bad["truncated"]) as image, pytest.raises(OSError, match="truncated"):
        image.load()
    with Image.open(bad["small"]) as image:
        assert image.size == (64, 64)
    assert bad["heic"].read_bytes()[4:8] == b"ftyp"


def test_archives_hold_what_their_names_say(bad: dict[str, Path]) -> None:
    members = {}
    for kind in ("zip_bomb", "nested_zip", "zip_paths", "zip_51"):
        with zipfile.ZipFile(bad[kind]) as archive:
            members[kind] = archive.infolist()
    assert members["zip_bomb"][0].file_size == 256 * 2**20
    assert [info.filename for info in members["nested_zip"]] == ["more.zip"]
    assert [info.filename for info in members["zip_paths"]][:2] == ["../../outside.jpg", "/etc/absolute.jpg"]
    assert len(members["zip_51"]) == 51
