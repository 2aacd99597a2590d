"""Which addresses bytes may go to, how long they live, and that they stay what they are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from yarl import URL

from bot.providers.novita.provider import is_picture
from bot.providers.novita.upload import LIFETIME, lifetime
from bot.providers.presigned import address_of

SIGNED = "https://bucket.example.test/prod/a.png?X-Amz-Credential=KEY%2F20260110%2Fs3&a=b+c%20d&X-Amz-Signature=0%2B%2f=="


@pytest.mark.parametrize(
    "text", [SIGNED, "https://h.test:8443/%7Ea//b?x=%25&&=", "http://127.0.0.1:9000/prod/x?y"]
)
def test_an_address_stays_as_it_is(text: str) -> None:
    address = address_of(text, plain=True)
    assert address is not None
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "/prod/a.png",
        "ftp://h.test/x",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "https://",
        "https:///x",
        "https://user:password@h.test/x",
        "https://user@h.test/x",
        "https://h.test:port/x",
        "https://h.test/x y",
        "https://h.test/x\r\nX-Evil: 1",
        "https://h.test/ü",
        "https://h.test/" + "x" * 9000,
    ],
)
def test_bytes_go_nowhere_else(text: str) -> None:
    assert address_of(text, plain=True) is None


def test_plain_http_is_for_services_that_are_plain_themselves() -> None:
    assert address_of("http://h.test/x", plain=False) is None
    assert address_of("http://h.test/x", plain=True) is not None


NOW = datetime(2026, 1, 10, 10, 15, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("X-Amz-Date=20260110T101500Z&X-Amz-Expires=120", 90.0),
        ("X-Amz-Date=20260110T101500Z&X-Amz-Expires=600", 570.0),
        ("X-Amz-Date=20260110T101500Z", LIFETIME - 30),
        ("X-Amz-Expires=600", 600.0),
        ("", LIFETIME),
        ("X-Amz-Date=yesterday&X-Amz-Expires=soon", LIFETIME),
        # clocks that do not agree say nothing about the address
        ("X-Amz-Date=20260110T111500Z&X-Amz-Expires=120", 120.0),
        ("X-Amz-Date=20260110T091500Z&X-Amz-Expires=120", 120.0),
    ],
)
def test_an_address_lives_as_long_as_it_says(query: str, seconds: float) -> None:
    assert lifetime(URL(f"https://h.test/x?{query}", encoded=True), now=NOW) == seconds


@pytest.mark.parametrize(
    ("head", "picture"),
    [
        (b"\x89PNG\r\n\x1a\n....", True),
        (b"\xff\xd8\xff\xe0....", True),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", True),
        (b"GIF89a", True),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", False),
        (b"<html>", False),
        (b"", False),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(head: bytes, picture: bool) -> None:
    assert is_picture(head) is picture
