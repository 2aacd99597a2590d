"""The results table: the files that a job brought back, until they are delivered and a while longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables


@dataclass(frozen=True, slots=True)
class Result:
    """One picture of a job, counted from 0. `path` is relative to the data folder; None: withheld or no longer kept."""

    position: int
    path: str | None
    flagged: bool = False


class Results:
    """Rows by job."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def replace(self, job_id: str, brought: Sequence[Result]) -> None:
        """Store what was fetched."""
        await self._connection.execute(sa.delete(tables.results).where(tables.results.c.job_id == job_id))
        if brought:
            await self._connection.execute(
                sa.insert(tables.results),
                [
                    {"job_id": job_id, "position": r.position, "path": r.path, "flagged": r.flagged}
                    for r in brought
                ],
            )

    async def of(self, job_id: str) -> list[Result]:
        """A job's results, in order."""
        rows = await self._connection.execute(
            sa.select(tables.results)
            .where(tables.results.c.job_id == job_id)
            .order_by(tables.results.c.position)
        )
        return [Result(position=row.position, path=row.path, flagged=row.flagged) for row in rows]

    async def discard(self, job_id: str) -> None:
        """The files are gone."""
        await self._connection.execute(
            sa.update(tables.results).where(tables.results.c.job_id == job_id).values(path=None)
        )
