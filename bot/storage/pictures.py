"""The sources and pictures tables: what was attached to a training, and what became of each file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables


@dataclass(frozen=True, slots=True)
class Source:
    """A file as Discord gave it: its name, a signed address that soon expires, its size in bytes."""

    label: str
    url: str
    size: int


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A file after the look at it. `path` is relative to the data folder and None where it was refused."""

    label: str
    path: str | None = None
    extension: str | None = None
    verdict: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture. `asset` is the provider's id once it is uploaded; refused ones have a verdict, no path."""

    id: int
    label: str
    path: str | None
    extension: str | None
    verdict: dict[str, Any] | None
    asset: str | int | None


class Pictures:
    """Rows of both tables, by job."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def give(self, job_id: str, given: Sequence[Source]) -> None:
        """Store what was attached, in order."""
        await self._connection.execute(
            sa.insert(tables.sources),
            [{"job_id": job_id, "label": s.label, "url": s.url, "size": s.size} for s in given],
        )

    async def sources(self, job_id: str) -> list[Source]:
        """What was attached, in order."""
        rows = await self._connection.execute(
            sa.select(tables.sources).where(tables.sources.c.job_id == job_id).order_by(tables.sources.c.id)
        )
        return [Source(label=row.label, url=row.url, size=row.size) for row in rows]

    async def replace(self, job_id: str, looked_at: Sequence[NewPicture]) -> None:
        """Store what became of the sources, and forget their addresses."""
        await self._connection.execute(sa.delete(tables.sources).where(tables.sources.c.job_id == job_id))
        await self._connection.execute(sa.delete(tables.pictures).where(tables.pictures.c.job_id == job_id))
        if looked_at:
            await self._connection.execute(
                sa.insert(tables.pictures),
                [
                    {
                        "job_id": job_id,
                        "label": p.label,
                        "path": p.path,
                        "extension": p.extension,
                        "verdict": p.verdict,
                        "asset": None,
                    }
                    for p in looked_at
                ],
            )

    async def of(self, job_id: str) -> list[Picture]:
        """A training's pictures, refused ones included, in order."""
        rows = await self._connection.execute(
            sa.select(tables.pictures)
            .where(tables.pictures.c.job_id == job_id)
            .order_by(tables.pictures.c.id)
        )
        return [
            Picture(
                id=row.id,
                label=row.label,
                path=row.path,
                extension=row.extension,
                verdict=row.verdict,
                asset=row.asset,
            )
            for row in rows
        ]

    async def uploaded(self, picture_id: int, *, asset: str | int) -> None:
        """Note the provider's id of a picture."""
        await self._connection.execute(
            sa.update(tables.pictures).where(tables.pictures.c.id == picture_id).values(asset=asset)
        )

    async def forget_assets(self, job_id: str) -> None:
        """Every order uploads afresh: whether an asset serves twice is undocumented (novita-api §2.2)."""
        await self._connection.execute(
            sa.update(tables.pictures).where(tables.pictures.c.job_id == job_id).values(asset=None)
        )

    async def discard(self, job_id: str) -> None:
        """The files are gone: keep the names and verdicts, forget addresses and paths."""
        await self._connection.execute(sa.delete(tables.sources).where(tables.sources.c.job_id == job_id))
        await self._connection.execute(
            sa.update(tables.pictures).where(tables.pictures.c.job_id == job_id).values(path=None)
        )
