"""Transactions: all or nothing, readers beside writers, and what survives a power cut."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.jobs import JobState, Progress
from bot.storage.database import Database
from tests.clocks import NOON
from tests.values import job


class Broken(Exception):
    """What a test throws into a transaction."""


async def notes(database: Database) -> list[str | None]:
    async with database.read() as tx:
        return [await tx.notes.get(name) for name in ("a", "b")]


async def test_an_error_undoes_the_whole_transaction(database: Database) -> None:
    async def write() -> None:
        async with database.write() as tx:
            await tx.notes.put("a", "1")
            raise Broken

    with pytest.raises(Broken):
        await write()
    assert await notes(database) == [None, None]


async def test_a_cancelled_writer_undoes_its_transaction_and_lets_the_next_one_in(database: Database) -> None:
    written = asyncio.Event()

    async def write() -> None:
        async with database.write() as tx:
            await tx.notes.put("a", "1")
            written.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write())
    await written.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    async with database.write() as tx:
        await tx.notes.put("b", "2")
    assert await notes(database) == [None, "2"]


async def test_a_reader_changes_nothing(database: Database) -> None:
    async with database.read() as tx:
        await tx.notes.put("a", "1")
    assert await notes(database) == [None, None]


async def test_a_reader_beside_a_long_write_is_quick_and_sees_what_was_there(database: Database) -> None:
    async with database.write() as tx:
        await tx.notes.put("a", "old")
    async with database.write() as tx:
        await tx.notes.put("a", "new")
        began = time.perf_counter()
        assert await notes(database) == ["old", None]
        assert time.perf_counter() - began < 1  # SQLite would wait for fifteen seconds without WAL
    assert await notes(database) == ["new", None]


async def test_many_writers_take_turns_and_none_is_lost(database: Database) -> None:
    whole = job()
    async with database.write() as tx:
        await tx.jobs.add(whole)

    async def count() -> None:
        async with database.write() as tx:
            current = await tx.jobs.get(whole.id, to_change=True)
            assert current is not None
            done = (current.progress.done or 0) + 1
            await tx.jobs.change(current, now=NOON, progress=Progress(done=done))

    await asyncio.gather(*[count() for _ in range(20)])
    async with database.read() as tx:
        after = await tx.jobs.get(whole.id)
    assert after is not None
    assert (after.progress.done, after.version) == (20, 21)


async def test_two_processes_writing_at_once_take_turns(url: str) -> None:
    async with Database(url) as one, Database(url) as other:
        whole = job()
        async with one.write() as tx:
            await tx.jobs.add(whole)

        async def count(database: Database) -> None:
            for _ in range(5):
                async with database.write() as tx:
                    current = await tx.jobs.get(whole.id, to_change=True)
                    assert current is not None
                    await tx.jobs.change(current, now=NOON, attempts=current.attempts + 1)

        await asyncio.gather(count(one), count(other))
        async with one.read() as tx:
            after = await tx.jobs.get(whole.id)
    assert after is not None
    assert after.attempts == 10


async def test_one_of_two_processes_that_move_a_job_at_once_wins(url: str) -> None:
    async with Database(url) as one, Database(url) as other:
        whole = job()
        async with one.write() as tx:
            await tx.jobs.add(whole)

        async def begin(database: Database) -> bool:
            async with database.write() as tx:
                current = await tx.jobs.get(whole.id, to_change=True)
                assert current is not None
                if current.state is not JobState.QUEUED:
                    return False
                await tx.jobs.change(current, now=NOON, state=JobState.SUBMITTING)
                return True

        assert sorted(await asyncio.gather(begin(one), begin(other))) == [False, True]


async def test_what_was_stored_is_there_for_the_next_process(url: str) -> None:
    whole = job(state=JobState.SUBMITTING)
    async with Database(url) as first, first.write() as tx:
        await tx.jobs.add(whole)
    async with Database(url) as second, second.read() as tx:
        assert await tx.jobs.get(whole.id) == whole


async def test_sqlite_writes_ahead_flushes_fully_and_minds_foreign_keys(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "easel.db"
    async with Database(f"sqlite+aiosqlite:///{path}") as database, database.read() as tx:
        connection = tx.jobs._connection
        said = {
            name: (await connection.execute(sa.text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15_000}
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()
