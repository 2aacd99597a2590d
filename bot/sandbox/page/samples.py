"""Pictures for somebody who has none at hand: sets to train on, and a file of every kind that nobody should send.

They are drawn on first use, once a process, and kept in memory. The page offers them (`static/samples.js`) and takes
them as files of the person's own; nothing here knows what becomes of them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from aiohttp import web

from bot.sandbox.discord.wire import Json
from bot.sandbox.pictures import hostile, training_pictures

UNKNOWN: Final = "application/octet-stream"

_SIDE: Final = 512
_COUNT: Final = 6
_TRAINED: Final = {
    "marmalade cat": "Sitting, lying, and once asleep.",
    "white lighthouse": "On its rock, with its beam and without.",
    "blue teapot": "From the left and from the right, with its golden rim.",
}
_BAD: Final = {
    "text": "Text with the name of a picture",
    "truncated": "A picture that ends in the middle",
    "small": "A picture of 64 × 64 pixels",
    "bomb": "400 million pixels in a small file",
    "gif": "A film of a thousand frames",
    "animated_webp": "Says that it is 8000 × 8000 pixels large",
    "zip_bomb": "256 MB, packed very small",
    "nested_zip": "An archive within an archive",
    "zip_paths": "Names that lead out of their folder",
    "zip_51": "51 pictures at once",
}
_HARMLESS: Final = ("small",)
"""The bad files that a browser can show without harm to itself; the others are no pictures to it."""

_KINDS: Final = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A file. `about`: what is wrong with it, empty for a good one; `kind`: what it is served as."""

    name: str
    data: bytes
    about: str
    kind: str

    @property
    def is_picture(self) -> bool:
        """A browser may draw it."""
        return self.kind != UNKNOWN


@dataclass(frozen=True, slots=True)
class SampleSet:
    """Files that are taken together. `word` stands for the set in addresses."""

    word: str
    title: str
    about: str
    files: tuple[Sample, ...]

    def told(self) -> Json:
        """`{"title", "about", "files": [{"name", "size", "address", "picture", "about"}]}`"""
        return {
            "title": self.title,
            "about": self.about,
            "files": [
                {
                    "name": each.name,
                    "size": len(each.data),
                    "address": f"/samples/{self.word}/{each.name}",
                    "picture": each.is_picture,
                    "about": each.about,
                }
                for each in self.files
            ],
        }


_drawing = Lock()


def sample_sets() -> tuple[SampleSet, ...]:
    """All sets. The first call takes seconds: ask in a thread."""
    with _drawing:
        return _drawn()


@cache
def _drawn() -> tuple[SampleSet, ...]:
    with TemporaryDirectory() as folder:
        return (*(_trained(subject, Path(folder)) for subject in _TRAINED), _bad(Path(folder) / "bad"))


def _trained(subject: str, folder: Path) -> SampleSet:
    paths = training_pictures(subject, _COUNT, folder, size=_SIDE)
    files = (Sample(path.name, path.read_bytes(), about="", kind=_KINDS[path.suffix]) for path in paths)
    return SampleSet(
        subject.replace(" ", "-"), subject.capitalize(), about=_TRAINED[subject], files=tuple(files)
    )


def _bad(folder: Path) -> SampleSet:
    paths = hostile(folder)
    files = (
        Sample(
            paths[kind].name,
            paths[kind].read_bytes(),
            about=about,
            kind=_KINDS[paths[kind].suffix] if kind in _HARMLESS else UNKNOWN,
        )
        for kind, about in _BAD.items()
    )
    return SampleSet(
        "bad-files",
        "Bad files",
        about="What nobody should send, to see what becomes of it.",
        files=tuple(files),
    )


# What is served.


def add_samples(router: web.UrlDispatcher) -> None:
    """Serve the sets at `/samples.json` and their files at the addresses in it."""
    router.add_get("/samples.json", _told)
    router.add_get(r"/samples/{set:[\w-]+}/{name:[\w.-]+}", _file)


async def _told(_: web.Request) -> web.Response:
    sets = await asyncio.to_thread(sample_sets)
    return web.json_response({"sets": [each.told() for each in sets]})


async def _file(request: web.Request) -> web.Response:
    wanted = (request.match_info["set"], request.match_info["name"])
    for each in await asyncio.to_thread(sample_sets):
        for sample in each.files:
            if (each.word, sample.name) == wanted:
                return web.Response(body=sample.data, content_type=sample.kind)
    raise web.HTTPNotFound(text="There is no such sample.")
