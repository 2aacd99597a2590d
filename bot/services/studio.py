"""The studio: `bot.pictures` off the event loop, few pictures at a time, so that memory and answers stay small."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from bot import pictures

_AT_ONCE: Final = 2

P = ParamSpec("P")
T = TypeVar("T")


class Studio:
    """Asynchronous faces of the picture functions. Errors are those of `bot.pictures`."""

    def __init__(self, limits: pictures.Limits, *, archive: pictures.ArchiveLimits) -> None:
        self.limits = limits
        self.archive_limits = archive
        self._benches = asyncio.Semaphore(_AT_ONCE)

    async def kind(self, path: Path) -> pictures.Kind | None:
        """What a file is, by its content."""
        return await self._work(_kind, path)

    async def prepare(self, source: Path, folder: Path, *, stem: str) -> pictures.Prepared:
        """Check and scrub one picture."""
        return await self._work(pictures.prepare, source, folder, stem=stem, limits=self.limits)

    async def unpack(self, archive: Path, folder: Path) -> pictures.Unpacked:
        """Take the files out of a zip, into a new folder."""
        return await self._work(_unpack, archive, folder, self.archive_limits)

    async def fit(self, path: Path, folder: Path, *, limit: int) -> pictures.Fitted:
        """A picture in at most `limit` bytes."""
        return await self._work(pictures.fit, path, limit=limit, folder=folder)

    async def inscribe(self, path: Path, text: str) -> bool:
        """Write into a picture how it was made."""
        return await self._work(pictures.inscribe, path, text)

    async def _work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._benches:
            return await asyncio.to_thread(function, *args, **kwargs)


def _kind(path: Path) -> pictures.Kind | None:
    with path.open("rb") as file:
        return pictures.kind_of(file.read(pictures.HEAD))


def _unpack(archive: Path, folder: Path, limits: pictures.ArchiveLimits) -> pictures.Unpacked:
    folder.mkdir(exist_ok=True)
    return pictures.unpack(archive, folder, limits=limits)
