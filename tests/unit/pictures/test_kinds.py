"""What a file is, by its content."""

from __future__ import annotations

import io
import zipfile

import pillow_heif
import pytest

from bot.pictures import HEAD, Kind, kind_of, seen_in
from tests.unit.pictures.samples import encoded, painted


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.ZIP, Kind.HEIC)])
def test_a_picture_is_known_by_its_first_bytes(kind: Kind) -> None:
    assert kind_of(encoded(painted(), kind.name)[:HEAD]) is kind


def test_a_phones_heic_is_known_by_its_brand() -> None:
    out = io.BytesIO()
    pillow_heif.from_pillow(painted()).save(out)
    assert kind_of(out.getvalue()[:HEAD]) is Kind.HEIC


@pytest.mark.parametrize(
    ("compatible", "kind"), [(b"mif1avifmiaf", Kind.AVIF), (b"mif1heicmiaf", Kind.HEIC), (b"mif1", Kind.HEIC)]
)
def test_a_general_brand_is_decided_by_the_compatible_ones(compatible: bytes, kind: Kind) -> None:
    head = (16 + len(compatible)).to_bytes(4, "big") + b"ftypmif1\x00\x00\x00\x00" + compatible
    assert kind_of(head) is kind


def test_a_zip_is_known_also_when_it_is_empty() -> None:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    assert kind_of(out.getvalue()) is Kind.ZIP


@pytest.mark.parametrize(
    ("head", "seen"),
    [
        (b"", "empty"),
        (b"BMW is a make of cars, not a picture", "text"),
        ("Grüße aus Köln".encode(), "text"),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'>", "svg"),
        (b"<?xml version='1.0'?><svg/>", "svg"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"%PDF-1.7", "pdf"),
        (b"Rar!\x1a\x07\x01\x00", "rar"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", "mp4"),
        (b"PK\x03\x04", "zip"),
        (b"\x00\x01\x02\x03", None),
    ],
)
def test_what_is_no_picture_is_named_where_it_is_known(head: bytes, seen: str | None) -> None:
    assert seen_in(head) == seen
    assert kind_of(head) in (None, Kind.ZIP)


def test_each_kind_has_a_media_type() -> None:
    assert Kind.JPEG.content_type == "image/jpeg"
    assert Kind.ZIP.content_type == "application/zip"
