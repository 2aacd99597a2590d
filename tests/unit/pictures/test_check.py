"""Sound pictures are described, hostile and broken ones refused, bombs before they cost anything."""

from __future__ import annotations

import hashlib
import struct
import time
import tracemalloc

import pytest
from PIL import Image

from bot.pictures import (
    Broken,
    Kind,
    Limits,
    NotAPicture,
    PictureRefused,
    TooHeavy,
    TooManyFrames,
    TooManyPixels,
    TooSmall,
    check,
)
from tests.unit.pictures.conftest import Refusal, Writer
from tests.unit.pictures.samples import (
    encoded,
    exif,
    gif_of,
    noisy,
    painted,
    png_bomb,
    png_chunk,
    webp_of,
    with_png_chunk,
)


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.JPEG, Kind.WEBP, Kind.GIF, Kind.BMP, Kind.TIFF, Kind.AVIF])
def test_a_sound_picture_is_described(kind: Kind, put: Writer) -> None:
    data = encoded(painted(400, 300), kind.name)
    checked = check(put(data))
    assert (checked.kind, checked.width, checked.height, checked.frames) == (kind, 400, 300, 1)
    assert checked.sha256 == hashlib.sha256(data).hexdigest()
    assert checked.sharpness > 100
    assert 0 < checked.phash < 2**64


def test_sides_are_those_of_the_upright_picture(put: Writer) -> None:
    checked = check(put(encoded(painted(400, 300), "JPEG", exif=exif(orientation=6))))
    assert (checked.width, checked.height) == (300, 400)


@pytest.mark.parametrize(
    ("data", "seen"),
    [(b"I am a letter.\n" * 40, "text"), (b"", "empty"), (b"PK\x03\x04" + b"\0" * 99, "zip")],
)
def test_a_file_named_png_that_is_none_is_refused(data: bytes, seen: str, refusal: Refusal) -> None:
    assert refusal(data) == NotAPicture(seen)


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.JPEG, Kind.WEBP, Kind.GIF, Kind.BMP, Kind.TIFF, Kind.AVIF])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_a_cut_picture_is_broken(kind: Kind, share: float, refusal: Refusal) -> None:
    data = encoded(painted(400, 300), kind.name)
    assert refusal(data[: int(len(data) * share)]) == Broken()


def test_a_progressive_jpeg_cut_within_a_later_scan_is_broken(refusal: Refusal) -> None:
    data = encoded(painted(400, 300), "JPEG", progressive=True)
    assert refusal(data[: int(len(data) * 0.9)]) == Broken()


def test_a_jpeg_without_its_end_marker_is_broken(refusal: Refusal) -> None:
    assert refusal(encoded(painted(400, 300), "JPEG")[:-2]) == Broken()


def test_a_png_with_a_damaged_byte_is_broken(refusal: Refusal) -> None:
    data = bytearray(encoded(painted(400, 300), "PNG"))
    data[len(data) // 2] ^= 0x10
    assert refusal(bytes(data)) == Broken()


def test_a_png_whose_pixels_end_early_is_broken_though_its_sums_are_right(refusal: Refusal) -> None:
    small, large = encoded(painted(300, 300), "PNG"), encoded(painted(300, 310), "PNG")
    assert refusal(large[:33] + small[33:]) == Broken()


def test_a_png_whose_pixels_never_end_is_broken_before_they_are_unpacked(put: Writer) -> None:
    bomb = bytearray(png_bomb(20_000))
    bomb[16:24] = struct.pack(">II", 300, 300)
    bomb[12:33] = png_chunk(b"IHDR", bytes(bomb[16:29]))[4:]
    with pytest.raises(PictureRefused) as refused:
        check(put(bytes(bomb)))
    assert refused.value.verdict == Broken()


def test_a_bomb_of_twenty_thousand_pixels_a_side_is_refused_at_once_and_for_nothing(put: Writer) -> None:
    data = png_bomb(20_000)
    assert len(data) < 100_000
    path = put(data)
    durations = []
    tracemalloc.start()
    try:
        for _ in range(5):
            begun = time.perf_counter()
            with pytest.raises(PictureRefused) as refused:
                check(path)
            durations.append(time.perf_counter() - begun)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.verdict == TooManyPixels(20_000, 20_000, 40_000_000)
    assert min(durations) < 0.005
    assert peak < 100_000


def _jpeg_header(width: int, height: int, *, frame: int = 0xC0) -> bytes:
    data = bytearray(encoded(painted(400, 300), "JPEG", progressive=frame == 0xC2))
    at = data.index(bytes([0xFF, frame]))
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _webp_header(side: int) -> bytes:
    data = bytearray(encoded(painted(400, 300), "WEBP"))
    data[26:30] = struct.pack("<HH", side, side)
    return bytes(data)


def _gif_with_a_frame_beyond_its_screen() -> bytes:
    data = bytearray(encoded(painted(300, 300).convert("P"), "GIF"))
    at = data.rindex(b"\x2c\x00\x00\x00\x00\x2c\x01\x2c\x01")
    data[at + 5 : at + 9] = struct.pack("<HH", 20_000, 20_000)
    return bytes(data)


def _patched(data: bytes, at: int, layout: str, *values: int) -> bytes:
    return data[:at] + struct.pack(layout, *values) + data[at + struct.calcsize(layout) :]


@pytest.mark.parametrize(
    ("data", "limit"),
    [
        (_jpeg_header(10_000, 10_000), 64_000_000),
        (_jpeg_header(7000, 7000, frame=0xC2), 40_000_000),
        (_webp_header(16_383), 25_000_000),
        (_gif_with_a_frame_beyond_its_screen(), 40_000_000),
        (_patched(encoded(painted(), "BMP"), 18, "<ii", 30_000, -30_000), 40_000_000),
        (encoded(Image.new("1", (20_000, 20_000)), "TIFF", compression="group4"), 40_000_000),
        (
            encoded(painted(), "AVIF").replace(struct.pack(">II", 400, 300), struct.pack(">II", 9000, 9000)),
            25_000_000,
        ),
    ],
    ids=["jpeg", "progressive jpeg", "webp", "gif", "bmp", "tiff", "avif"],
)
def test_a_header_that_promises_too_much_is_refused(data: bytes, limit: int, refusal: Refusal) -> None:
    verdict = refusal(data)
    assert isinstance(verdict, TooManyPixels)
    assert verdict.limit == limit


def test_an_avif_whose_coded_picture_is_larger_than_its_boxes_say_is_broken(refusal: Refusal) -> None:
    data = encoded(Image.new("L", (5100, 5100)), "AVIF", speed=10)
    assert len(data) < 10_000
    assert refusal(data.replace(struct.pack(">II", 5100, 5100), struct.pack(">II", 300, 300))) == Broken()


def test_a_tiff_whose_tile_is_a_bomb_is_broken(refusal: Refusal) -> None:
    directory = struct.pack("<HHII", 256, 3, 1, 300) + struct.pack("<HHII", 257, 3, 1, 300)
    directory += struct.pack("<HHII", 322, 4, 1, 100_000) + struct.pack("<HHII", 323, 4, 1, 100_000)
    assert refusal(b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 4) + directory + b"\0" * 4) == Broken()


def test_a_tiff_whose_pages_form_a_circle_is_broken(refusal: Refusal) -> None:
    directory = struct.pack("<HHII", 256, 3, 1, 300) + struct.pack("<HHII", 257, 3, 1, 300)
    page = struct.pack("<H", 2) + directory + struct.pack("<I", 8)
    assert refusal(b"II*\x00\x08\x00\x00\x00" + page) == Broken()


def test_a_phones_48_megapixel_jpeg_is_welcome(put: Writer) -> None:
    checked = check(put(encoded(Image.linear_gradient("L").resize((8064, 6048)), "JPEG", quality=60)))
    assert (checked.width, checked.height) == (8064, 6048)


def test_an_animation_of_five_thousand_frames_is_refused(refusal: Refusal) -> None:
    assert refusal(gif_of(5000)) == TooManyFrames(501, 500)


def test_an_animated_webp_counts_its_frames_and_is_taken_by_its_first(put: Writer) -> None:
    checked = check(put(webp_of(3)))
    assert (checked.kind, checked.frames) == (Kind.WEBP, 3)


def test_an_animated_webp_of_too_many_frames_is_refused(put: Writer) -> None:
    with pytest.raises(PictureRefused) as refused:
        check(put(webp_of(4)), limits=Limits(frames=3))
    assert refused.value.verdict == TooManyFrames(4, 3)


def test_an_animated_png_of_too_many_frames_is_refused(refusal: Refusal) -> None:
    data = with_png_chunk(encoded(painted(300, 300), "PNG"), b"acTL", struct.pack(">II", 9000, 0))
    assert refusal(data) == TooManyFrames(9000, 500)


def test_a_jpeg_of_thousands_of_scans_is_broken_before_they_are_decoded(refusal: Refusal) -> None:
    data = encoded(painted(400, 300), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    assert refusal(data[:-2] + data[last:-2] * 200 + b"\xff\xd9") == Broken()


def test_a_small_picture_is_refused_with_the_side_it_should_have(refusal: Refusal) -> None:
    assert refusal(encoded(painted(255, 400), "PNG")) == TooSmall(255, 400, 256)


def test_a_heavy_file_is_refused_unread(put: Writer) -> None:
    data = encoded(noisy(300, 300), "PNG")
    with pytest.raises(PictureRefused) as refused:
        check(put(data), limits=Limits(size=1000))
    assert refused.value.verdict == TooHeavy(len(data), 1000)


def test_a_file_that_is_not_there_is_no_verdict(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        check(tmp_path / "nowhere.png")


def test_pillows_own_limit_is_left_alone(put: Writer) -> None:
    before = Image.MAX_IMAGE_PIXELS
    check(put(encoded(painted(), "PNG")))
    assert before == Image.MAX_IMAGE_PIXELS == 1024 * 1024 * 1024 // 4 // 3
