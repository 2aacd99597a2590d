"""Samples for who has no pictures at hand: what is offered, and that every file is what it is told to be."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.pictures import BLURRY_BELOW, duplicates, prepare
from bot.sandbox.page.samples import UNKNOWN, sample_sets
from bot.sandbox.page.server import PageServer
from bot.sandbox.page.street import Street
from bot.sandbox.pictures import hostile
from tests.integration.sandbox_page.conftest import Look

TRAINED = ["Marmalade cat", "White lighthouse", "Blue teapot"]
GOOD = ("heic",)
"""Among the hostile files, those that nothing is wrong with."""


@pytest.fixture
async def http(page: PageServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(page.url) as session:
        yield session


async def told(http: aiohttp.ClientSession) -> dict[str, dict[str, Any]]:
    """The sets by their titles."""
    async with http.get("/samples.json") as response:
        assert (response.status, response.content_type) == (200, "application/json")
        return {each["title"]: each for each in (await response.json())["sets"]}


async def test_three_subjects_and_the_bad_files_are_offered(http: aiohttp.ClientSession) -> None:
    sets = await told(http)
    assert list(sets) == [*TRAINED, "Bad files"]
    assert all(each["about"].endswith(".") for each in sets.values())
    addresses = [file["address"] for each in sets.values() for file in each["files"]]
    assert len(addresses) == len(set(addresses))


async def test_every_file_is_served_as_what_it_is_told_to_be(http: aiohttp.ClientSession) -> None:
    for each in (await told(http)).values():
        for file in each["files"]:
            async with http.get(file["address"]) as response:
                data = await response.read()
                assert response.status == 200
                assert len(data) == file["size"]
                assert file["address"].endswith(f"/{file['name']}")
                if file["picture"]:
                    with Image.open(io.BytesIO(data)) as picture:
                        picture.load()
                        assert response.content_type == picture.get_format_mimetype()
                else:
                    assert response.content_type == UNKNOWN


async def test_a_subject_has_six_pictures_with_nothing_wrong(http: aiohttp.ClientSession) -> None:
    sets = await told(http)
    for title in TRAINED:
        files = sets[title]["files"]
        assert len(files) == 6
        assert all(file["picture"] and not file["about"] for file in files)


def test_about_the_pictures_of_a_subject_nothing_is_remarked(tmp_path: Path) -> None:
    """None is refused, none is blurry, and no two of a set are nearly the same."""
    for each in sample_sets():
        if each.title not in TRAINED:
            continue
        prepared = []
        for sample in each.files:
            path = tmp_path / sample.name
            path.write_bytes(sample.data)
            prepared.append(prepare(path, tmp_path, stem=f"{path.stem}-prepared"))
        assert all(picture.sharpness >= BLURRY_BELOW for picture in prepared), each.title
        assert duplicates([(each.path.name, each.sha256, each.phash) for each in prepared]) == []


async def test_every_kind_of_bad_file_is_there_and_says_what_is_wrong(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    files = (await told(http))["Bad files"]["files"]
    kinds = await asyncio.to_thread(hostile, tmp_path)
    assert {file["name"] for file in files} == {path.name for kind, path in kinds.items() if kind not in GOOD}
    assert all(file["about"] for file in files)
    assert [file["name"] for file in files if file["picture"]] == ["small.png"]


async def test_whoever_takes_them_may_send_them(
    http: aiohttp.ClientSession, look: Look, street: Street
) -> None:
    limit = street.discord.world.file_limit(street.world.ada.user, None)
    files = [file for each in (await told(http)).values() for file in each["files"]]
    assert max(file["size"] for file in files) <= limit
    window = await look()
    async with http.get(files[0]["address"]) as response:
        word = await window.puts(files[0]["name"], await response.read())
    await window.ask("say", channel=str(street.world.channel.id), content="a sample", files=[word])
    [sent] = (await window.sees("a sample"))["message"]["attachments"]
    assert (sent["filename"], sent["size"], sent["width"]) == (files[0]["name"], files[0]["size"], 512)


async def test_they_are_drawn_once_for_all_who_ask_at_the_same_time() -> None:
    first, *others = await asyncio.gather(*(asyncio.to_thread(sample_sets) for _ in range(3)))
    assert all(each is first for each in others)


@pytest.mark.parametrize(
    "path",
    [
        "/samples",
        "/samples/",
        "/samples/marmalade-cat",
        "/samples/marmalade-cat/nothing.png",
        "/samples/nothing/marmalade-cat-01.jpg",
        "/samples/bad-files/marmalade-cat-01.jpg",
        "/samples/marmalade-cat/../bad-files/notes.png/",
        "/samples/..%2fsamples/marmalade-cat-01.jpg",
    ],
)
async def test_nothing_else_is_there(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as response:
        assert response.status == 404


@pytest.mark.parametrize("path", ["/samples.json", "/samples/bad-files/notes.png"])
async def test_only_the_page_itself_may_ask(http: aiohttp.ClientSession, path: str) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        async with http.get(path, headers=headers) as response:
            assert response.status == 403, headers
    async with http.get(path) as response:
        assert response.status == 200
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
