"""Bringing the database to the schema of this version, once, under a lock, and refusing one that differs.

Alembic works with a plain synchronous connection; callers run `upgrade()` in a thread.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.storage import tables

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"
_ADVISORY_LOCK: Final = 0x45_41_53_45_4C  # "EASEL"
_DRIVERS: Final = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


class SchemaRefused(Exception):
    """The database is not one that this version can work with; the message says what to do."""


class DatabaseUnusable(SchemaRefused):
    """Not there, not reachable, or no database; the message says what to look at, and no password."""

    def __init__(self, url: str, fault: Exception) -> None:
        look = (
            "the file must be a database, in a folder that I can write to"
            if url.startswith("sqlite")
            else "the address, the user, the password, and whether the server runs"
        )
        super().__init__(f"The database cannot be used ({type(fault).__name__}). Check DATABASE_URL: {look}.")


def upgrade(url: str) -> None:
    """Run the outstanding migrations and compare the result with the schema.

    Errors: `SchemaRefused`, and `DatabaseUnusable` where there is no database to speak of.
    """
    try:
        _upgrade(url)
    except sa.exc.SQLAlchemyError as fault:
        raise DatabaseUnusable(url, fault) from None


def _upgrade(url: str) -> None:
    with _locked(url), _connected(url) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        _refuse_newer(connection)
        command.upgrade(config, "head")
        connection.commit()
    with _connected(url) as connection:
        _refuse_drift(connection)


def standing(url: str) -> tuple[str | None, str]:
    """The database's revision (None: empty, or not there yet) and this version's. Changes nothing.

    Errors: `SchemaRefused`.
    """
    address = sa.make_url(url)
    embedded = address.get_backend_name() == "sqlite"
    if embedded and address.database and not Path(address.database).exists():
        return None, head()
    with _connected(url) as connection:
        _refuse_newer(connection)
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision == head():
            _refuse_drift(connection)
    return revision, head()


def _refuse_newer(connection: sa.Connection) -> None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in _known():
        raise SchemaRefused(
            "The database was made by a newer version of Easel. Start that version, or restore a backup "
            f"from before it (revision {revision} is not known here)."
        )


def _refuse_drift(connection: sa.Connection) -> None:
    differences = drift(connection)
    if differences:
        raise SchemaRefused(
            "The database differs from what this version of Easel expects, so it is not used: "
            + "; ".join(differences[:5])
            + ". Undo the change by hand or restore a backup."
        )


def drift(connection: sa.Connection) -> list[str]:
    """What differs between the database and the schema, in Alembic's words."""
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_object": _ours, "target_metadata": tables.metadata}
    )
    return [_words(difference) for difference in compare_metadata(context, tables.metadata)]


def head() -> str:
    """The newest revision in `migrations/`."""
    revision = _scripts().get_current_head()
    assert revision is not None
    return revision


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def _ours(item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _words(difference: object) -> str:
    while isinstance(difference, list):
        difference = difference[0]
    if isinstance(difference, tuple):
        return " ".join(str(getattr(part, "name", part)) for part in difference if part is not None)
    return str(difference)


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    address = sa.make_url(url)
    engine = sa.create_engine(address.set(drivername=_DRIVERS[address.get_backend_name()]))
    if address.get_backend_name() == "sqlite":
        _prepare_sqlite(engine)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _prepare_sqlite(engine: sa.Engine) -> None:
    """Transactions that hold schema changes too, which the driver's own do not; foreign keys off for rebuilds."""

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA busy_timeout=15000")

    sa.event.listen(engine, "connect", on_connect)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))


@contextmanager
def _locked(url: str) -> Iterator[None]:
    """One process migrates, the others wait: a file lock beside SQLite's file, an advisory lock in PostgreSQL."""
    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite":
        with _connected(url) as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(_ADVISORY_LOCK)))
            connection.commit()
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_ADVISORY_LOCK)))
                connection.commit()
        return
    if not address.database or address.database == ":memory:":
        yield
        return
    path = Path(address.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(path.suffix + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
