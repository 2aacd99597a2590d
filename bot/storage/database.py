"""The way to the database: `read()` and `write()` open transactions, nothing else does.

SQLite runs in WAL mode. Readers `BEGIN`, writers `BEGIN IMMEDIATE`, so a reader never waits for a writer and a second
writer waits for its turn instead of failing half-way. Inside one process writers queue on a lock and do not poll.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.jobs import Jobs
from bot.storage.keys import Keys
from bot.storage.loras import Loras
from bot.storage.notes import Notes
from bot.storage.pictures import Pictures
from bot.storage.results import Results

_BUSY_MS: Final = 15_000


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
        self._engine = create_async_engine(self.url, pool_pre_ping=not self.embedded)
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
