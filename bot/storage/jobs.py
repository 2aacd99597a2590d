"""The jobs table: jobs in and out, and the only statement that changes one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.jobs import ORDERING, Address, Job, JobState, Progress, allow
from bot.domain.specs import SPEC
from bot.storage import tables

_ADDRESS: Final = tuple(field.name for field in dataclasses.fields(Address))
_WATCHED: Final = tuple(state for state in JobState if not state.over)


class Stale(Exception):
    """The job has changed since it was read; read it again."""


class Jobs:
    """Rows as `Job` values."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, job: Job) -> None:
        """Store a new job."""
        await self._connection.execute(sa.insert(tables.jobs).values(_row(job)))

    async def get(self, job_id: str, *, to_change: bool = False) -> Job | None:
        """The job, whoever owns it. `to_change` keeps other writers away until the transaction ends."""
        query = sa.select(tables.jobs).where(tables.jobs.c.id == job_id)
        rows = await self._connection.execute(query.with_for_update() if to_change else query)
        row = rows.mappings().first()
        return None if row is None else _job(row)

    async def change(self, job: Job, *, now: datetime, **changes: Any) -> Job:
        """Store `changes` (fields of `Job`) if nobody else has changed the job since; the new value.

        A new state goes through the table of transitions and starts `state_since` and `attempts` afresh.
        Errors: `Stale`, `IllegalMove`.
        """
        state = changes.get("state", job.state)
        allow(job.state, state)
        if state is not job.state:
            changes = {
                "state_since": now,
                "attempts": job.attempts if {job.state, state} <= ORDERING else 0,
                "card_stale": True,
                "progress": Progress(),
                "finished_at": now if state.over else None,
                **changes,
            }
        after = dataclasses.replace(job, version=job.version + 1, **changes)
        done = await self._connection.execute(
            sa.update(tables.jobs)
            .where(tables.jobs.c.id == job.id, tables.jobs.c.version == job.version)
            .values(_row(after))
        )
        if done.rowcount != 1:
            raise Stale(job.id)
        return after

    async def watched(self) -> Sequence[tuple[str, datetime]]:
        """Every job that is not over, with the moment it is next due."""
        rows = await self._connection.execute(
            sa.select(tables.jobs.c.id, tables.jobs.c.due_at).where(tables.jobs.c.state.in_(_WATCHED))
        )
        return [(row.id, row.due_at) for row in rows]

    async def stale_cards(self) -> list[Job]:
        """Jobs that are over while their card may say something else: a crash came between."""
        rows = await self._connection.execute(
            sa.select(tables.jobs).where(
                tables.jobs.c.card_stale.is_(True),
                tables.jobs.c.card_id.is_not(None),
                tables.jobs.c.state.not_in(_WATCHED),
            )
        )
        return [_job(row) for row in rows.mappings()]

    async def of(self, owner_id: int, *, limit: int) -> list[Job]:
        """A person's jobs: what is under way first, then what is over, newest first."""
        rows = await self._connection.execute(
            sa.select(tables.jobs)
            .where(tables.jobs.c.owner_id == owner_id)
            .order_by(tables.jobs.c.state.not_in(_WATCHED), tables.jobs.c.created_at.desc(), tables.jobs.c.id)
            .limit(limit)
        )
        return [_job(row) for row in rows.mappings()]

    async def asked(self, interaction_id: int | None) -> bool:
        """Whether this very interaction has ordered a job already."""
        if interaction_id is None:
            return False
        rows = await self._connection.execute(
            sa.select(tables.jobs.c.id).where(tables.jobs.c.interaction_id == interaction_id)
        )
        return rows.first() is not None

    async def under_way(self, owner_id: int) -> int:
        """How many of a person's jobs are not over."""
        rows = await self._connection.execute(
            sa.select(sa.func.count())
            .select_from(tables.jobs)
            .where(tables.jobs.c.owner_id == owner_id, tables.jobs.c.state.in_(_WATCHED))
        )
        return int(rows.scalar_one())

    async def counts(self) -> dict[JobState, int]:
        """How many jobs stand in each state."""
        rows = await self._connection.execute(
            sa.select(tables.jobs.c.state, sa.func.count()).group_by(tables.jobs.c.state)
        )
        return {state: int(count) for state, count in rows}

    async def with_old_results(self, moment: datetime) -> list[str]:
        """Jobs that ended before `moment` and still keep result files."""
        return await self._with_old(tables.results, moment)

    async def with_old_pictures(self, moment: datetime) -> list[str]:
        """Jobs that ended before `moment` and still keep training pictures."""
        return await self._with_old(tables.pictures, moment)

    async def _with_old(self, files: sa.Table, moment: datetime) -> list[str]:
        rows = await self._connection.execute(
            sa.select(tables.jobs.c.id).where(
                tables.jobs.c.finished_at < moment,
                sa.exists().where(files.c.job_id == tables.jobs.c.id, files.c.path.is_not(None)),
            )
        )
        return list(rows.scalars())


def _row(job: Job) -> dict[str, Any]:
    row = {field.name: getattr(job, field.name) for field in dataclasses.fields(job)}
    address: Address = row.pop("address")
    return {
        **row,
        **{name: getattr(address, name) for name in _ADDRESS},
        "spec": SPEC.dump_python(job.spec, mode="json"),
        "progress": {
            "percent": job.progress.percent,
            "ready_at": None if job.progress.ready_at is None else job.progress.ready_at.isoformat(),
            "done": job.progress.done,
            "total": job.progress.total,
            "note": job.progress.note,
        },
    }


def _job(row: sa.RowMapping) -> Job:
    values = dict(row)
    address = Address(**{name: values.pop(name) for name in _ADDRESS})
    progress = dict(values.pop("progress"))
    if progress.get("ready_at") is not None:
        progress["ready_at"] = datetime.fromisoformat(progress["ready_at"])
    return Job(
        **{**values, "spec": SPEC.validate_python(values["spec"])},
        address=address,
        progress=Progress(**progress),
    )
