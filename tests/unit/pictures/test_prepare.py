"""What leaves: the picture, upright, in sRGB, and nothing that came with it."""

from __future__ import annotations

import hashlib
import io
import struct
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageCms, PngImagePlugin

from bot.pictures import Limits, PictureRefused, Prepared, TooHeavy, check, distance, prepare
from tests.unit.pictures.conftest import Writer
from tests.unit.pictures.samples import (
    GPS,
    XMP,
    encoded,
    exif,
    gif_of,
    noisy,
    painted,
    webp_of,
    with_jpeg_segment,
    with_png_chunk,
)

MARKS = (
    GPS,
    b"Exif",
    b"eXIf",
    b"EXIF",
    b"http://ns.adobe.com/xap",
    b"ICC_PROFILE",
    b"iCCP",
    b"ICCP",
    b"XMP ",
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def shown(path: Path) -> Image.Image:
    """The picture as anyone's decoder sees it; nothing but pixels may be in the file."""
    with Image.open(path) as image:
        image.load()
        assert not dict(image.getexif())
        assert not image.info.keys() & {"icc_profile", "comment", "xmp", "exif", "photoshop"}
        return image.copy()


def most_difference(one: Image.Image, other: Image.Image) -> int:
    extrema = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getextrema()
    return max(int(high) for _, high in extrema)


def wide_gamut_profile() -> bytes:
    """An RGB profile with Display P3's primaries: sRGB's own profile with the three columns exchanged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    columns = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    for number in range(struct.unpack_from(">I", data, 128)[0]):
        name, offset, _ = struct.unpack_from(">4sII", data, 132 + 12 * number)
        if name in columns:
            struct.pack_into(">iii", data, offset + 8, *(round(value * 65536) for value in columns[name]))
    return bytes(data)


def dirty_jpeg(*, orientation: int = 1, trailing: bytes = b"") -> bytes:
    data = encoded(painted(), "JPEG", quality=92, exif=exif(orientation=orientation), comment=GPS)
    data = with_jpeg_segment(data, 0xE1, XMP)
    data = with_jpeg_segment(data, 0xED, b"Photoshop 3.0\x00" + GPS)
    return with_jpeg_segment(data, 0xE0, b"JFXX\x00\x10" + GPS) + trailing


def dirty_png(mode: str = "RGB") -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Location", GPS.decode())
    text.add_itxt("XML:com.adobe.xmp", XMP.decode("latin-1"), zip=False)
    data = encoded(painted(mode=mode), "PNG", pnginfo=text, exif=exif(), dpi=(72, 72))
    return with_png_chunk(data, b"prVt", GPS) + b"behind the end " + GPS


def dirty_webp(**options: object) -> bytes:
    return encoded(painted(), "WEBP", exif=exif(), xmp=XMP, **options) + b"behind the end " + GPS


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (dirty_jpeg(trailing=b"behind the end " + GPS), "jpeg"),
        (encoded(painted(), "JPEG", keep_rgb=True, comment=GPS), "jpeg"),
        (dirty_png(), "png"),
        (dirty_png("RGBA"), "png"),
        (dirty_webp(quality=90), "webp"),
        (dirty_webp(lossless=True), "webp"),
    ],
)
def test_metadata_is_gone_and_every_pixel_stays(data: bytes, extension: str, put: Writer, out: Path) -> None:
    assert GPS in data
    made = prepare(put(data), out, stem="one")
    left = made.path.read_bytes()
    assert (made.path, made.extension) == (out / f"one.{extension}", extension)
    assert not [mark for mark in MARKS if mark in left]
    before, after = Image.open(io.BytesIO(data)), shown(made.path)
    assert (before.mode, before.tobytes()) == (after.mode, after.tobytes())
    assert (made.width, made.height, made.size) == (*after.size, len(left))
    assert made.sha256 == hashlib.sha256(left).hexdigest()


def test_coded_jpeg_data_is_copied_and_not_encoded_again(put: Writer, out: Path) -> None:
    clean = encoded(painted(), "JPEG", quality=92)
    made = prepare(put(dirty_jpeg()), out, stem="one")
    assert made.path.read_bytes()[20:] == clean[20:]


def test_metadata_between_the_scans_of_a_progressive_jpeg_is_gone_too(put: Writer, out: Path) -> None:
    data = encoded(painted(), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xc4")
    comment = b"\xff\xfe" + struct.pack(">H", len(GPS) + 2) + GPS
    made = prepare(put(data[:at] + comment + data[at:]), out, stem="one")
    assert GPS not in made.path.read_bytes()
    assert most_difference(shown(made.path), Image.open(io.BytesIO(data))) == 0


def test_what_hides_behind_a_pngs_compressed_pixels_is_gone(put: Writer, out: Path) -> None:
    data = encoded(painted(), "PNG")
    at = data.index(b"IDAT")
    (length,) = struct.unpack_from(">I", data, at - 4)
    pixels = data[at + 4 : at + 4 + length]
    assert data.count(b"IDAT") == 1
    made = prepare(put(with_png_chunk(data[: at - 4], b"IDAT", pixels + GPS) + data[-12:]), out, stem="one")
    assert GPS not in made.path.read_bytes()
    assert most_difference(shown(made.path), painted()) == 0


def test_the_second_picture_in_a_phones_jpeg_is_gone(put: Writer, out: Path) -> None:
    made = prepare(put(encoded(painted(), "JPEG") + dirty_jpeg()), out, stem="one")
    assert made.path.read_bytes().count(b"\xff\xd8\xff") == 1


CORNERS = {
    1: ("red", "lime", "blue", "white"),
    2: ("lime", "red", "white", "blue"),
    3: ("white", "blue", "lime", "red"),
    4: ("blue", "white", "red", "lime"),
    5: ("red", "blue", "lime", "white"),
    6: ("blue", "red", "white", "lime"),
    7: ("white", "lime", "blue", "red"),
    8: ("lime", "white", "red", "blue"),
}
"""By orientation, the colours that a reader must see: top left, top right, bottom left, bottom right (EXIF 2.32
§4.6.5.1.6), of a file whose stored corners are those of orientation 1."""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", CORNERS)
def test_every_orientation_is_applied(orientation: int, kind: str, put: Writer, out: Path) -> None:
    image = Image.new("RGB", (400, 300))
    for place, colour in zip(((0, 0), (200, 0), (0, 150), (200, 150)), CORNERS[1], strict=True):
        image.paste(colour, (*place, place[0] + 200, place[1] + 150))
    block = Image.Exif()
    block[0x0112] = orientation
    options = {"tiffinfo": {274: orientation}} if kind == "TIFF" else {"exif": block.tobytes()}
    made = prepare(put(encoded(image, kind, **options)), out, stem="one")
    upright = shown(made.path).convert("RGB")
    assert upright.size == ((300, 400) if orientation >= 5 else (400, 300)) == (made.width, made.height)
    right, bottom = upright.width - 20, upright.height - 20
    expected = Image.new("RGB", (4, 1))
    seen = Image.new("RGB", (4, 1))
    for at, place in enumerate(((20, 20), (right, 20), (20, bottom), (right, bottom))):
        seen.putpixel((at, 0), upright.getpixel(place) or 0)
        expected.paste(CORNERS[orientation][at], (at, 0, at + 1, 1))
    assert most_difference(seen, expected) < 12


def test_a_turned_png_keeps_every_pixel(put: Writer, out: Path) -> None:
    made = prepare(put(encoded(painted(), "PNG", exif=exif(orientation=8))), out, stem="one")
    assert made.extension == "png"
    assert shown(made.path).tobytes() == painted().transpose(Image.Transpose.ROTATE_90).tobytes()


def _heic(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    pillow_heif.from_pillow(image).save(stream, quality=90, exif=exif(orientation=6))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "tolerance"),
    [
        (_heic(painted()), 60),
        (encoded(painted(), "AVIF", quality=95, exif=exif(), xmp=XMP), 60),
        (encoded(painted(), "BMP"), 60),
        (encoded(painted(), "TIFF", tiffinfo={270: GPS.decode(), 700: XMP}), 60),
        (encoded(painted(), "TIFF", compression="tiff_lzw"), 60),
        (encoded(painted().convert("P", palette=Image.Palette.ADAPTIVE), "GIF", comment=GPS), 120),
    ],
    ids=["heic", "avif", "bmp", "tiff", "lzw tiff", "gif"],
)
def test_other_formats_become_jpeg(data: bytes, tolerance: int, put: Writer, out: Path) -> None:
    made = prepare(put(data), out, stem="one")
    assert made.extension == "jpeg"
    assert not [mark for mark in MARKS if mark in made.path.read_bytes()]
    after = shown(made.path)
    upright = after if after.size == (400, 300) else after.transpose(Image.Transpose.ROTATE_90)
    assert most_difference(upright.resize((100, 75)), painted().resize((100, 75))) < tolerance


def test_an_avif_that_is_stored_turned_comes_out_upright(put: Writer, out: Path) -> None:
    made = prepare(put(encoded(painted(), "AVIF", exif=exif(orientation=6))), out, stem="one")
    assert (made.width, made.height) == (300, 400)


def test_an_animated_avif_shows_its_cover(put: Writer, out: Path) -> None:
    others = [painted(seed=seed) for seed in (2, 3)]
    data = encoded(painted(), "AVIF", save_all=True, append_images=others, quality=95)
    made = prepare(put(data), out, stem="one")
    assert most_difference(shown(made.path).resize((100, 75)), painted().resize((100, 75))) < 60


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "AVIF", "WEBP"])
def test_what_is_transparent_stays_so(kind: str, put: Writer, out: Path) -> None:
    image = painted(mode="RGBA")
    options = {"exif": exif(orientation=3)} if kind == "WEBP" else {}
    made = prepare(put(encoded(image, kind, **options)), out, stem="one")
    assert made.extension == "png"
    assert shown(made.path).getchannel("A").getextrema()[0] < 8


def test_a_palette_png_with_transparency_stays_as_it_is(put: Writer, out: Path) -> None:
    image = painted().convert("P", palette=Image.Palette.ADAPTIVE, colors=16)
    data = encoded(image, "PNG", transparency=bytes(range(0, 256, 16)), exif=exif())
    after = shown(prepare(put(data), out, stem="one").path)
    assert after.mode == "P"
    assert after.convert("RGBA").tobytes() == Image.open(io.BytesIO(data)).convert("RGBA").tobytes()


def test_a_turned_palette_png_keeps_its_transparency(put: Writer, out: Path) -> None:
    image = painted().convert("P", palette=Image.Palette.ADAPTIVE, colors=16)
    data = encoded(image, "PNG", transparency=bytes(range(0, 256, 16)), exif=exif(orientation=3))
    after = shown(prepare(put(data), out, stem="one").path)
    before = Image.open(io.BytesIO(data)).convert("RGBA").transpose(Image.Transpose.ROTATE_180)
    assert after.tobytes() == before.tobytes()


def test_a_sixteen_bit_grey_png_keeps_its_shades(put: Writer, out: Path) -> None:
    levels = b"".join(struct.pack("<H", column * 163) for _ in range(300) for column in range(400))
    data = encoded(Image.frombytes("I;16", (400, 300), levels), "PNG")
    after = shown(prepare(put(data), out, stem="one").path)
    assert (after.mode, after.getpixel((0, 0)), after.getpixel((399, 0))) == ("L", 0, round(399 * 163 / 257))
    assert after.getpixel((200, 9)) == round(200 * 163 / 257)


def test_a_cmyk_jpeg_becomes_rgb(put: Writer, out: Path) -> None:
    made = prepare(put(encoded(painted().convert("CMYK"), "JPEG", quality=95)), out, stem="one")
    after = shown(made.path)
    assert (made.extension, after.mode) == ("jpeg", "RGB")
    assert most_difference(after.resize((50, 38)), painted().resize((50, 38))) < 60


def test_a_grey_jpeg_stays_grey(put: Writer, out: Path) -> None:
    assert shown(prepare(put(encoded(painted(mode="L"), "JPEG")), out, stem="one").path).mode == "L"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_wide_gamut_picture_is_converted_and_not_reinterpreted(kind: str, put: Writer, out: Path) -> None:
    profile = wide_gamut_profile()
    image = Image.new("RGB", (300, 300), (100, 200, 100))
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind in ("JPEG", "AVIF") else {}
    made = prepare(put(encoded(image, kind, icc_profile=profile, **options)), out, stem="one")
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    expected = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    assert most_difference(image, expected) > 20
    assert most_difference(shown(made.path), expected) < 6


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_srgb_profile_is_dropped_without_touching_a_pixel(kind: str, put: Writer, out: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(painted(), kind, icc_profile=profile)
    assert shown(prepare(put(data), out, stem="one").path).tobytes() == Image.open(io.BytesIO(data)).tobytes()


@pytest.mark.parametrize("profile", [b"no profile at all", b"\x00" * 200, wide_gamut_profile()[:300]])
def test_an_unusable_profile_is_ignored(profile: bytes, put: Writer, out: Path) -> None:
    data = encoded(painted(), "PNG", icc_profile=profile)
    assert shown(prepare(put(data), out, stem="one").path).tobytes() == painted().tobytes()


def test_animations_are_reduced_to_their_first_frame(put: Writer, out: Path) -> None:
    first = painted(300, 300)
    for data in (webp_of(3), gif_of(20)):
        made = prepare(put(data), out, stem="one")
        with Image.open(made.path) as image:
            assert getattr(image, "n_frames", 1) == 1
        assert most_difference(shown(made.path).resize((60, 60)), first.resize((60, 60))) < 90


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "jpeg")])
def test_a_long_picture_is_scaled_down(kind: str, extension: str, put: Writer, out: Path) -> None:
    limits = Limits(longest_side=800)
    made = prepare(put(encoded(painted(900, 450), kind)), out, stem="one", limits=limits)
    assert (made.extension, made.width, made.height) == (extension, 800, 400)
    assert shown(made.path).size == (800, 400)


def test_a_jpeg_far_too_long_is_halved_by_its_decoder(put: Writer, out: Path) -> None:
    made = prepare(put(encoded(painted(1400, 700), "JPEG")), out, stem="one", limits=Limits(longest_side=800))
    assert (made.width, made.height) == (700, 350)


def test_a_png_that_grows_too_heavy_becomes_a_jpeg(put: Writer, out: Path) -> None:
    limits = Limits(longest_side=400, size=1_000_000)
    rough = noisy(420, 420)
    made = prepare(put(encoded(rough, "PNG")), out, stem="one", limits=limits)
    assert made.extension == "png"
    tight = Limits(longest_side=400, size=made.size - 1)
    flat = encoded(rough, "WEBP", quality=60, exif=exif(orientation=3))
    assert prepare(put(flat), out, stem="two", limits=tight).extension == "jpeg"


def test_what_cannot_be_made_light_enough_is_refused(put: Writer, out: Path) -> None:
    data = encoded(noisy(300, 300), "JPEG", quality=10, exif=exif(orientation=3))
    with pytest.raises(PictureRefused) as refused:
        prepare(put(data), out, stem="one", limits=Limits(size=len(data)))
    assert isinstance(refused.value.verdict, TooHeavy)
    assert list(out.iterdir()) == []


def test_a_picture_looks_the_same_to_check_and_to_prepare(put: Writer, out: Path) -> None:
    path = put(encoded(painted(1600, 1200), "JPEG", exif=exif(orientation=6)))
    checked, made = check(path), prepare(path, out, stem="one")
    assert distance(checked.phash, made.phash) <= 2


def test_a_file_of_the_same_name_is_replaced_in_one_step(put: Writer, out: Path) -> None:
    (out / "one.png").write_bytes(b"older")
    made = prepare(put(encoded(painted(), "PNG")), out, stem="one")
    assert shown(made.path).size == (400, 300)
    assert [path.name for path in out.iterdir()] == ["one.png"]


def test_several_threads_prepare_at_once_and_leave_pythons_warnings_as_they_were(
    put: Writer, out: Path
) -> None:
    kinds = ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF", "BMP"]
    paths = [put(encoded(painted(), kind), f"{kind}.png") for kind in kinds]
    alone = [prepare(path, out, stem=f"alone-{path.stem}").sha256 for path in paths]
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda path: prepare(path, out, stem=path.stem).sha256, paths * 3))
    assert together == alone * 3
    assert warnings.filters == before


MEASURED = """
import resource, sys
from pathlib import Path
from bot.pictures import prepare
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for number in range(3):
    prepare(Path(sys.argv[1]), Path(sys.argv[2]), stem=str(number))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    ("orientation", "mebibytes"), [(1, 32), (6, 130)], ids=["only stripped", "decoded, turned and encoded"]
)
def test_a_phone_photo_of_twelve_megapixels_takes_bounded_memory(
    orientation: int, mebibytes: int, put: Writer, out: Path
) -> None:
    grain = Image.effect_noise((4000, 3000), 40)
    photo = Image.merge("RGB", (grain, grain.transpose(Image.Transpose.ROTATE_180), grain))
    path = put(encoded(photo, "JPEG", quality=85, exif=exif(orientation=orientation)))
    del grain, photo
    assert path.stat().st_size > 4 * 1024 * 1024
    # A process forked from this one inherits its peak; one started by a small shell does not.
    command = f'"{sys.executable}" -c "$0" "$1" "$2"'
    run = subprocess.run(
        ["/bin/sh", "-c", command, MEASURED, str(path), str(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(run.stdout) / 1024 < mebibytes


def test_prepared_is_a_value(put: Writer, out: Path) -> None:
    made = prepare(put(encoded(painted(), "PNG")), out, stem="one")
    assert made == Prepared(made.path, "png", 400, 300, made.size, made.sha256, made.phash, made.sharpness)
