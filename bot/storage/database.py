"""The way to the database: `read()` and `write()` open transactions, nothing else does.

SQLite runs in WAL mode. Readers `BEGIN`, writers `BEGIN IMMEDIATE`, so a reader never waits for a writer and a second
writer waits for its turn instead of failing half-way. Inside one process writers queue on a lock and do not poll.
"""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import IO, Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.jobs import Jobs
from bot.storage.keys import Keys
from bot.storage.loras import Loras
from bot.storage.notes import Notes
from bot.storage.pictures import Pictures
from bot.storage.results import Results

_BUSY_MS: Final = 15_000
_LOCK_EVERY: Final = 0.5
_WORKER_LOCK: Final = 0x45_41_53_45_57  # "EASEW", beside the migrations' own


class Transaction:
    """One transaction and the tables it sees. Ends with the `async with` block: committed, or undone on an error."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.jobs = Jobs(connection)
        self.keys = Keys(connection)
        self.loras = Loras(connection)
        self.notes = Notes(connection)
        self.pictures = Pictures(connection)
        self.results = Results(connection)


class Database:
    """A pool of connections to one database. Close it when done: `async with Database(url)`."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self._engine = create_async_engine(
            self.url,
            pool_pre_ping=not self.embedded,
            hide_parameters=True,  # an error's text goes to the log, prompts and sealed keys do not
        )
        self._writer = asyncio.Lock()
        if self.embedded:
            _prepare_sqlite(self._engine)

    @property
    def embedded(self) -> bool:
        """SQLite, in this process."""
        return self.url.get_backend_name() == "sqlite"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def sole_worker(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Wait until no other process works on this database's jobs, and keep it so until the end of the block.

        A process that is being replaced finishes its steps first. The lock dies with its process. What is yielded
        raises when the lock has been lost with its connection: ask it now and then.
        """
        async with AsyncExitStack() as stack:
            if self.embedded:
                path = Path(f"{self.url.database}.worker")
                lock = stack.enter_context(await asyncio.to_thread(path.open, "w"))
                while not await asyncio.to_thread(_locked, lock):
                    await asyncio.sleep(_LOCK_EVERY)
                yield _held
                return
            connection = await stack.enter_async_context(self._engine.connect())
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            while not await connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_WORKER_LOCK))):
                await asyncio.sleep(_LOCK_EVERY)

            async def asked() -> None:
                await connection.execute(sa.select(1))

            try:
                yield asked
            finally:
                await connection.invalidate()  # ends the session, and the lock with it

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A consistent view that changes nothing."""
        async with self._engine.connect() as connection:
            yield Transaction(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """All of it or nothing of it."""
        async with AsyncExitStack() as stack:
            if self.embedded:
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self._engine.connect())
            await connection.execution_options(easel_writes=True)
            await stack.enter_async_context(connection.begin())
            yield Transaction(connection)


async def _held() -> None:
    """A file's lock lasts as long as the file is open."""


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _prepare_sqlite(engine: AsyncEngine) -> None:
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would otherwise begin transactions by itself
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # what is stored before paying survives a power cut
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("easel_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    sa.event.listen(engine.sync_engine, "connect", on_connect)
    sa.event.listen(engine.sync_engine, "begin", on_begin)
