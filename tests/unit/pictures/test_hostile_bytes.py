"""Whatever the bytes are, the answer is a picture or a refusal: no other error, no warning."""

from __future__ import annotations

import io
import tempfile
from contextlib import suppress
from pathlib import Path

import pillow_heif
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.pictures import (
    ArchiveRefused,
    Kind,
    Limits,
    PictureRefused,
    check,
    kind_of,
    prepare,
    seen_in,
    unpack,
)
from bot.pictures.formats import dissected, measured
from bot.pictures.formats.exif import orientation_in
from tests.unit.pictures.samples import encoded, exif, gif_of, painted, webp_of
from tests.unit.pictures.test_archive import zipped
from tests.unit.pictures.test_prepare import wide_gamut_profile

TINY = Limits(shortest_side=1, pixels=10**6, sequential_jpeg_pixels=10**6, costly_pixels=10**6)


def _seeds() -> dict[str, bytes]:
    image, clear = painted(40, 30), painted(40, 30, mode="RGBA")
    heic = io.BytesIO()
    pillow_heif.from_pillow(image.resize((64, 64))).save(heic)
    profile = wide_gamut_profile()
    return {
        "png": encoded(clear, "PNG", exif=exif(orientation=3), icc_profile=profile),
        "palette png": encoded(image.convert("P"), "PNG", transparency=b"\x00\x80"),
        "jpeg": encoded(image, "JPEG", exif=exif(orientation=6), icc_profile=profile),
        "progressive jpeg": encoded(image.convert("CMYK"), "JPEG", progressive=True),
        "webp": encoded(clear, "WEBP", exif=exif(orientation=3)),
        "lossless webp": encoded(clear, "WEBP", lossless=True, icc_profile=profile),
        "animated webp": webp_of(2, side=30),
        "gif": gif_of(3, side=30),
        "bmp": encoded(image, "BMP"),
        "tiff": encoded(clear, "TIFF", tiffinfo={274: 6}, icc_profile=profile),
        "lzw tiff": encoded(image, "TIFF", compression="tiff_lzw"),
        "avif": encoded(clear, "AVIF", exif=exif(orientation=6)),
        "heic": heic.getvalue(),
    }


SEEDS = _seeds()


def judged(data: bytes) -> None:
    """`check` and `prepare` answer alike, with values or with the same verdict."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture")
        path.write_bytes(data)
        try:
            checked = check(path, limits=TINY)
        except PictureRefused:
            with pytest.raises(PictureRefused):
                prepare(path, Path(folder), stem="out", limits=TINY)
            return
        made = prepare(path, Path(folder), stem="out", limits=TINY)
        if max(checked.width, checked.height) <= TINY.longest_side:
            assert (made.width, made.height) == (checked.width, checked.height)
        else:
            assert max(made.width, made.height) == TINY.longest_side


@given(st.binary(max_size=400))
def test_any_bytes_have_a_kind_or_none(head: bytes) -> None:
    kind = kind_of(head)
    seen = seen_in(head)
    assert kind is None or seen == kind.value


@given(st.binary(max_size=300))
@example(b"II*\x00\x08\x00\x00\x00\xff\xff")
def test_any_exif_has_an_orientation(block: bytes) -> None:
    assert 1 <= orientation_in(block) <= 8


@given(st.sampled_from([kind for kind in Kind if kind is not Kind.ZIP]), st.binary(max_size=400))
def test_any_bytes_behind_any_magic_are_measured_or_refused(kind: Kind, tail: bytes) -> None:
    seed = next(data for data in SEEDS.values() if kind_of(data) is kind)
    for data in (tail, seed[:16] + tail, seed[:40] + tail):
        with suppress(PictureRefused):
            measured(kind, data, frames=5)
        with suppress(PictureRefused):
            dissected(kind, data)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(SEEDS)), st.data())
def test_a_mutated_picture_is_read_or_refused(name: str, data: st.DataObject) -> None:
    mutated = bytearray(SEEDS[name])
    front = st.integers(0, min(len(mutated), 700) - 1)
    anywhere = st.integers(0, len(mutated) - 1)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(front | anywhere)
        patch = data.draw(st.binary(min_size=1, max_size=4))
        mutated[at : at + len(patch)] = patch
    judged(bytes(mutated[: data.draw(st.just(len(mutated)) | anywhere)]))


@pytest.mark.parametrize("name", SEEDS)
def test_the_pictures_that_are_mutated_are_sound_before(name: str, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(SEEDS[name])
    assert check(path, limits=TINY).width in (40, 30, 64)


ARCHIVE = zipped(("a.png", SEEDS["png"]), ("b/c.jpg", SEEDS["jpeg"]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(ARCHIVE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_mutated_zip_is_unpacked_or_refused(changes: list[tuple[int, int]]) -> None:
    mutated = bytearray(ARCHIVE)
    for at, value in changes:
        mutated[at] = value
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "some.zip"), Path(folder, "out")
        out.mkdir()
        path.write_bytes(mutated)
        try:
            found = unpack(path, out)
        except ArchiveRefused:
            return
        assert sorted(out.iterdir()) == [member.path for member in found.members]
