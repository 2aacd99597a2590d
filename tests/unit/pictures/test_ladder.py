"""The size ladder: as little harm as the limit allows, never a byte over it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.pictures import Broken, Kind, NotAPicture, PictureRefused, TooHeavy, fit, kind_of
from tests.unit.pictures.conftest import Writer
from tests.unit.pictures.samples import encoded, exif, noisy, painted


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def pixels(data: bytes, mode: str = "RGB") -> bytes:
    return opened(data).convert(mode).tobytes()


def test_what_fits_stays_where_and_as_it_is(put: Writer, out: Path) -> None:
    data = encoded(painted(), "PNG")
    path = put(data)
    fitted = fit(path, limit=len(data), folder=out)
    assert (fitted.path, fitted.content_type, fitted.extension) == (path, "image/png", "png")
    assert (fitted.size, fitted.lossy) == (len(data), False)
    assert list(out.iterdir()) == []


def test_metadata_goes_before_any_pixel_does(put: Writer, out: Path) -> None:
    data = encoded(painted(), "JPEG", comment=b"long" * 10_000)
    fitted = fit(put(data), limit=len(data) - 30_000, folder=out)
    assert (fitted.extension, fitted.lossy) == ("jpeg", False)
    assert pixels(fitted.path.read_bytes()) == pixels(data)


def test_a_png_is_packed_better_before_it_loses_anything(put: Writer, out: Path) -> None:
    data = encoded(painted(), "PNG", compress_level=1)
    tight = len(encoded(painted(), "PNG", optimize=True))
    fitted = fit(put(data), limit=tight, folder=out)
    assert (fitted.extension, fitted.lossy) == ("png", False)
    assert pixels(fitted.path.read_bytes()) == pixels(data)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_lossless_webp_comes_next(mode: str, put: Writer, out: Path) -> None:
    image = painted(mode=mode)
    data = encoded(image, "PNG")
    tight = min(len(data), len(encoded(image, "PNG", optimize=True))) - 1
    fitted = fit(put(data), limit=tight, folder=out)
    assert (fitted.extension, fitted.content_type, fitted.lossy) == ("webp", "image/webp", False)
    assert pixels(fitted.path.read_bytes(), mode) == image.tobytes()


def test_then_something_is_lost_but_not_the_size(put: Writer, out: Path) -> None:
    data = encoded(noisy(300, 300), "PNG")
    for share, extension in ((0.6, "webp"), (0.25, "jpeg")):
        fitted = fit(put(data), limit=int(len(data) * share), folder=out)
        assert (fitted.extension, fitted.lossy) == (extension, True)
        assert opened(fitted.path.read_bytes()).size == (300, 300)


@pytest.mark.parametrize("limit", [200_000, 50_000, 20_000, 5000, 1500, 900])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_limit_is_never_exceeded(kind: str, limit: int, put: Writer, out: Path) -> None:
    data = encoded(noisy(320, 260), kind, quality=95)
    fitted = fit(put(data), limit=limit, folder=out)
    written = fitted.path.read_bytes()
    assert len(written) == fitted.size <= limit
    kind_found = kind_of(written)
    assert kind_found is not None
    assert (kind_found.value, kind_found.content_type) == (fitted.extension, fitted.content_type)
    pixels(written)


def test_what_is_transparent_stays_so_down_to_the_last_rung(put: Writer, out: Path) -> None:
    image = noisy(300, 300)
    image.putalpha(Image.radial_gradient("L").resize((300, 300)))
    fitted = fit(put(encoded(image, "PNG")), limit=6000, folder=out)
    assert fitted.extension == "webp"
    assert opened(fitted.path.read_bytes()).convert("RGBA").getchannel("A").getextrema()[0] < 60


def test_what_discord_does_not_show_is_converted_even_if_it_fits(put: Writer, out: Path) -> None:
    fitted = fit(put(encoded(painted(), "BMP")), limit=10**6, folder=out)
    assert (fitted.extension, fitted.lossy) == ("png", False)
    assert pixels(fitted.path.read_bytes()) == painted().tobytes()


def test_a_turned_picture_is_upright_when_it_had_to_be_made_anew(put: Writer, out: Path) -> None:
    data = encoded(painted(), "JPEG", quality=95, exif=exif(orientation=6))
    fitted = fit(put(data), limit=len(data) // 2, folder=out)
    assert opened(fitted.path.read_bytes()).size == (300, 400)


def test_a_limit_nothing_can_meet_is_refused(put: Writer, out: Path) -> None:
    data = encoded(noisy(300, 300), "PNG")
    with pytest.raises(PictureRefused) as refused:
        fit(put(data), limit=100, folder=out)
    assert refused.value.verdict == TooHeavy(len(data), 100)
    assert list(out.iterdir()) == []


def test_what_is_no_picture_is_refused(put: Writer, out: Path) -> None:
    with pytest.raises(PictureRefused) as refused:
        fit(put(b"<html>not found</html>"), limit=10**6, folder=out)
    assert refused.value.verdict == NotAPicture("html")


def test_a_broken_one_that_would_have_to_shrink_is_refused(put: Writer, out: Path) -> None:
    data = encoded(painted(), "PNG")[:-500]
    assert kind_of(data) is Kind.PNG
    with pytest.raises(PictureRefused) as refused:
        fit(put(data), limit=1000, folder=out)
    assert refused.value.verdict == Broken()
