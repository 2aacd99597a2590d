"""Alembic's entry point. `bot.storage.migrate` opens the connection and hands it over; there is no offline mode."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from bot.storage import tables


def run(connection: sa.Connection) -> None:
    """Migrate in one transaction, SQLite too: one that fails leaves nothing behind.

    SQLite's table rebuilds move rows with foreign keys off (they would cascade into children); what comes of it is
    checked before it is kept.
    """
    embedded = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        render_as_batch=embedded,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if embedded:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration left rows without their parent: {broken[:5]}")


run(context.config.attributes["connection"])
