"""The upload bucket, rule by rule, each broken once."""

from __future__ import annotations

import asyncio
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import ExifTags, Image

from bot.sandbox.clock import SandboxClock
from bot.sandbox.novita import NovitaServer, Place
from tests.integration.sandbox_novita.conftest import Answer, Customer, picture


def _code(answer: Answer) -> str:
    assert answer.headers["Content-Type"].startswith("application/xml")
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]


async def _raw(url: str, head: str, body: bytes = b"") -> str:
    """Speak HTTP by hand, for what no client would send; returns the whole answer."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    target = f"{parts.path}?{parts.query}"
    writer.write(
        f"PUT {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n{head}\r\n".encode() + body
    )
    await writer.drain()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def test_an_upload_url_names_another_host_and_says_how_long_it_lives(
    ada: Customer, novita: NovitaServer
) -> None:
    place = await ada.ask("png")
    url = urlsplit(place["upload_url"])
    assert place["method"] == "PUT"
    assert place["headers"] == {"Host": {"values": [url.netloc]}}
    assert url.netloc == novita.bucket_host != urlsplit(novita.url).netloc
    assert url.path == f"/prod/{place['assets_id']}.png"
    assert "X-Amz-Expires=120&X-Amz-SignedHeaders=host&x-id=PutObject&X-Amz-Signature=" in url.query


async def test_bytes_put_under_their_url_are_taken_without_a_word(
    ada: Customer, novita: NovitaServer
) -> None:
    place = await ada.ask()
    answer = await ada.fetch(place["upload_url"], method="PUT", data=picture())
    assert (answer.status, answer.body) == (200, b"")
    [upload] = novita.uploads
    assert (upload.format, upload.size, upload.has_metadata) == ("jpeg", len(picture()), False)
    assert upload.data == b""


@pytest.mark.parametrize("extension", ["jpg", "gif", "PNG", "", 5])
async def test_only_three_extensions_get_an_upload_url(ada: Customer, extension: object) -> None:
    answer = await ada.post("/v3/assets/training_dataset", {"file_extension": extension})
    assert (answer.status, answer.reason) == (400, "INVALID_REQUEST_BODY")


async def test_an_expired_upload_url_is_refused_as_s3_refuses_it(ada: Customer, clock: SandboxClock) -> None:
    place = await ada.ask()
    clock.advance(122)
    answer = await ada.fetch(place["upload_url"], method="PUT", data=picture())
    assert (answer.status, _code(answer)) == (403, "AccessDenied")
    assert "<Message>Request has expired</Message><X-Amz-Expires>120</X-Amz-Expires>" in answer.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X-Amz-Expires=120", "X-Amz-Expires=900"),
        ("/prod/", "/prod/other-"),
        ("x-id=PutObject", "x-id=PutObject&acl=public"),
        ("%2F", "/"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
    ],
)
async def test_a_url_changed_in_one_place_has_a_wrong_signature(ada: Customer, old: str, new: str) -> None:
    url = (await ada.ask())["upload_url"]
    assert old in url
    answer = await ada.fetch(url.replace(old, new), method="PUT", data=picture())
    assert (answer.status, _code(answer)) == (403, "SignatureDoesNotMatch")


async def test_a_url_signed_for_put_is_good_for_nothing_else(ada: Customer) -> None:
    url = (await ada.ask())["upload_url"]
    answer = await ada.fetch(url, method="POST", data=picture())
    assert (answer.status, _code(answer)) == (403, "SignatureDoesNotMatch")


async def test_another_host_header_breaks_the_signature(ada: Customer) -> None:
    url = (await ada.ask())["upload_url"]
    answer = await ada.fetch(url, method="PUT", data=picture(), headers={"Host": "bucket.example"})
    assert (answer.status, _code(answer)) == (403, "SignatureDoesNotMatch")


async def test_a_bucket_path_without_a_signature_is_denied(ada: Customer) -> None:
    url = (await ada.ask())["upload_url"].partition("?")[0]
    answer = await ada.fetch(url, method="PUT", data=picture())
    assert (answer.status, _code(answer)) == (403, "AccessDenied")


async def test_an_api_key_sent_to_the_bucket_is_refused_and_seen(ada: Customer, novita: NovitaServer) -> None:
    url = (await ada.ask())["upload_url"]
    answer = await ada.fetch(
        url, method="PUT", data=picture(), headers={"Authorization": f"Bearer {ada.key}"}
    )
    assert (answer.status, _code(answer)) == (400, "InvalidArgument")
    assert "Only one auth mechanism allowed" in answer.text
    [leak] = novita.leaks
    assert leak.place is Place.BUCKET
    assert ada.key not in repr(leak)


async def test_an_upload_without_a_length_is_refused(ada: Customer) -> None:
    answer = await _raw((await ada.ask())["upload_url"], "")
    assert answer.startswith("HTTP/1.1 411")
    assert "<Code>MissingContentLength</Code>" in answer


async def test_a_chunked_upload_is_refused(ada: Customer, novita: NovitaServer) -> None:
    answer = await _raw(
        (await ada.ask())["upload_url"], "Transfer-Encoding: chunked\r\n", b"4\r\nabcd\r\n0\r\n\r\n"
    )
    assert answer.startswith("HTTP/1.1 501")
    assert "<Code>NotImplemented</Code>" in answer
    assert novita.uploads == []


async def test_a_form_is_not_an_upload(ada: Customer) -> None:
    head = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n"
    answer = await _raw((await ada.ask())["upload_url"], head, b"--x--")
    assert answer.startswith("HTTP/1.1 400")
    assert "<Code>InvalidArgument</Code>" in answer


async def test_an_upload_beyond_the_limit_is_refused_before_it_is_read(ada: Customer) -> None:
    answer = await _raw((await ada.ask())["upload_url"], f"Content-Length: {31 * 1024 * 1024}\r\n")
    assert answer.startswith("HTTP/1.1 400")
    assert "<Code>EntityTooLarge</Code>" in answer


async def test_a_put_repeated_while_its_url_lives_replaces_the_first(
    ada: Customer, novita: NovitaServer
) -> None:
    place = await ada.ask()
    for side in (64, 80):
        answer = await ada.fetch(place["upload_url"], method="PUT", data=picture(side=side))
        assert answer.status == 200
    assert len(novita.uploads) == 2
    assert novita.uploads[0].asset is novita.uploads[1].asset


async def test_what_a_file_tells_about_its_author_is_seen(ada: Customer, novita: NovitaServer) -> None:
    exif = Image.Exif()
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (53.0, 33.0, 9.0)}
    for kind in ("jpeg", "png", "webp"):
        out = BytesIO()
        Image.new("RGB", (80, 80)).save(out, kind.upper(), exif=exif)
        await ada.upload(out.getvalue(), extension=kind)
    assert [upload.metadata for upload in novita.uploads] == [{"exif", "gps"}] * 3
