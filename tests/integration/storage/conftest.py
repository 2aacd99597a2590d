"""The same tests on SQLite and, where its programs are installed, on PostgreSQL: real files, real processes."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.migrate import upgrade
from tests.postgres import Cluster, cluster, programs

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    binaries = programs()
    if binaries is None:
        pytest.skip("PostgreSQL's programs (initdb, postgres) are not installed here")
    with cluster(binaries) as running:
        yield running


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "easel.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres: Cluster) -> str:
    name = postgres.database()
    upgrade(postgres.url(name))
    return name


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it."""
    if kind == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/data/easel.db"
    postgres: Cluster = request.getfixturevalue("postgres")
    return postgres.url(postgres.database())


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the schema in it."""
    if kind == "sqlite":
        copy = tmp_path / "easel.db"
        shutil.copy(request.getfixturevalue("migrated_file"), copy)
        return f"sqlite+aiosqlite:///{copy}"
    postgres: Cluster = request.getfixturevalue("postgres")
    return postgres.url(postgres.database(like=request.getfixturevalue("migrated_database")))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database(url) as opened:
        yield opened


@pytest.fixture
def by_hand() -> Callable[..., list[tuple[object, ...]]]:
    """Runs statements past all of our code; the rows of the last one."""

    def run(url: str, *statements: str) -> list[tuple[object, ...]]:
        address = sa.make_url(url)
        if address.get_backend_name() == "sqlite":
            address = address.set(drivername="sqlite")
        engine = sa.create_engine(address)
        try:
            with engine.begin() as connection:
                for statement in statements[:-1]:
                    connection.exec_driver_sql(statement)
                last = connection.exec_driver_sql(statements[-1])
                return [tuple(row) for row in last] if last.returns_rows else []
        finally:
            engine.dispose()

    return run
