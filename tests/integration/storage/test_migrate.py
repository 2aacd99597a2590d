"""Migrations: up from nothing, once, under a lock, in one piece; and databases that are refused with a sentence."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage import migrate, tables
from bot.storage.database import Database
from bot.storage.migrate import MIGRATIONS, DatabaseUnusable, SchemaRefused, head, upgrade
from bot.storage.pictures import NewPicture, Source
from bot.storage.results import Result
from tests.values import job, training_spec

ByHand = Callable[..., list[tuple[object, ...]]]

AFTER = '''"""{why}"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}
'''


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes the migration of a version to come."""

    def write(body: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        text = AFTER.format(why="To come.", before=head(), body=body)
        (folder / "versions" / "0002_to_come.py").write_text(text)
        monkeypatch.setattr(migrate, "MIGRATIONS", folder)

    return write


async def filled(url: str) -> dict[str, int]:
    """A row in every table that has a parent; how many rows each has."""
    async with Database(url) as database, database.write() as tx:
        for _ in range(3):
            whole = job(training_spec())
            await tx.jobs.add(whole)
            await tx.pictures.replace(whole.id, [NewPicture("a", path="a", extension="png")] * 2)
            await tx.pictures.give(whole.id, [Source("a", "https://cdn/a", 1)])
            await tx.results.replace(whole.id, [Result(0, "x"), Result(1, "y")])
    return {"jobs": 3, "pictures": 6, "sources": 3, "results": 6}


def counted(url: str, by_hand: ByHand) -> dict[str, int]:
    return {
        name: int(str(by_hand(url, f"SELECT count(*) FROM {name}")[0][0]))
        for name in ("jobs", "pictures", "sources", "results")
    }


def test_an_empty_database_gets_every_table_and_the_newest_revision(empty_url: str, by_hand: ByHand) -> None:
    upgrade(empty_url)
    assert by_hand(empty_url, "SELECT version_num FROM alembic_version") == [(head(),)]
    for table in tables.metadata.tables:
        assert by_hand(empty_url, f"SELECT count(*) FROM {table}") == [(0,)]


def test_what_the_migrations_build_is_what_the_schema_says(empty_url: str) -> None:
    upgrade(empty_url)
    with migrate._connected(empty_url) as connection:
        assert migrate.drift(connection) == []


async def test_upgrading_twice_changes_nothing(url: str, by_hand: ByHand) -> None:
    rows = await filled(url)
    upgrade(url)
    upgrade(url)
    assert counted(url, by_hand) == rows


def test_two_processes_that_start_at_once_migrate_once_and_both_go_on(
    empty_url: str, by_hand: ByHand
) -> None:
    code = "import sys; from bot.storage.migrate import upgrade; upgrade(sys.argv[1])"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, empty_url],
            cwd=MIGRATIONS.parent,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert [(process.returncode, text) for process, text in zip(both, said, strict=True)] == [(0, "")] * 2
    assert by_hand(empty_url, "SELECT version_num FROM alembic_version") == [(head(),)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER TABLE jobs ADD COLUMN mood INTEGER", "mood"),
        ("CREATE TABLE dreams (id INTEGER PRIMARY KEY)", "dreams"),
        ("DROP TABLE notes", "notes"),
        ("DROP INDEX ix_pictures_job_id", "ix_pictures_job_id"),
    ],
)
def test_a_database_that_somebody_changed_is_refused_by_what_differs(
    url: str, by_hand: ByHand, change: str, named: str
) -> None:
    by_hand(url, change)
    with pytest.raises(SchemaRefused) as caught:
        upgrade(url)
    said = str(caught.value)
    assert named in said
    assert said.startswith("The database differs from what this version of Easel expects")
    assert said.endswith("Undo the change by hand or restore a backup.")


async def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(url: str, by_hand: ByHand) -> None:
    rows = await filled(url)
    by_hand(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(
        SchemaRefused, match=r"newer version of Easel\. Start that version, or restore a backup"
    ):
        upgrade(url)
    assert counted(url, by_hand) == rows
    assert by_hand(url, "SELECT version_num FROM alembic_version") == [("9999",)]


async def test_a_migration_that_rebuilds_a_table_keeps_the_rows_of_its_children(
    url: str, by_hand: ByHand, next_migration: Callable[[str], None]
) -> None:
    rows = await filled(url)
    next_migration(
        """\
    for nullable in (True, False):
        with op.batch_alter_table("jobs") as batch:
            batch.alter_column("locale", existing_type=sa.String(16), nullable=nullable)
"""
    )
    upgrade(url)
    assert counted(url, by_hand) == rows
    assert by_hand(url, "SELECT version_num FROM alembic_version") == [("0002",)]


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    url: str, by_hand: ByHand, next_migration: Callable[[str], None]
) -> None:
    rows = await filled(url)
    next_migration(
        """\
    op.create_table("dreams", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE jobs SET attempts = 99")
    raise RuntimeError("the power went out")
"""
    )
    with pytest.raises(RuntimeError, match="the power went out"):
        upgrade(url)
    assert counted(url, by_hand) == rows
    assert by_hand(url, "SELECT max(attempts) FROM jobs") == [(0,)]
    assert by_hand(url, "SELECT version_num FROM alembic_version") == [(head_before(),)]
    with pytest.raises(sa.exc.DBAPIError):
        by_hand(url, "SELECT * FROM dreams")


async def test_a_migration_that_loses_a_parent_is_refused_and_undone(
    url: str, kind: str, by_hand: ByHand, next_migration: Callable[[str], None]
) -> None:
    rows = await filled(url)
    next_migration('    op.execute("DELETE FROM jobs")\n')
    if kind == "postgresql":  # its own foreign keys cascade, as in any other transaction
        upgrade(url)
        assert counted(url, by_hand) == dict.fromkeys(rows, 0)
        return
    with pytest.raises(RuntimeError, match="without their parent"):
        upgrade(url)
    assert counted(url, by_hand) == rows


def head_before() -> str:
    """The newest revision of this version."""
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/0*.py"))


def test_a_file_that_is_no_database_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    path.write_bytes(b"this is a diary" * 100)
    with pytest.raises(DatabaseUnusable, match="Check DATABASE_URL: the file must be a database"):
        upgrade(f"sqlite+aiosqlite:///{path}")
    assert path.read_bytes() == b"this is a diary" * 100


def test_the_schema_has_one_head_and_every_migration_says_why() -> None:
    assert head() == head_before()
    for path in MIGRATIONS.glob("versions/0*.py"):
        assert path.read_text().startswith('"""')
