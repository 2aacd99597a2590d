"""Alembic's entry point. `bot.storage.migrate` opens the connection and hands it over; there is no offline mode."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from bot.storage import tables


def run(connection: sa.Connection) -> None:
    """Migrate in one transaction, with SQLite's foreign keys off: its table rebuilds would cascade into children."""
    embedded = connection.dialect.name == "sqlite"
    if embedded:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        render_as_batch=embedded,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if embedded:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration left rows without their parent: {broken[:5]}")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


run(context.config.attributes["connection"])
