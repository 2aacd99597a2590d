"""The notes table: single values that the process remembers between starts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables


class Notes:
    """Names and texts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, name: str) -> str | None:
        """What was noted under `name`."""
        rows = await self._connection.execute(
            sa.select(tables.notes.c.value).where(tables.notes.c.name == name)
        )
        value: str | None = rows.scalar_one_or_none()
        return value

    async def put(self, name: str, value: str) -> None:
        """Note `value` in the place of what was there."""
        await self._connection.execute(sa.delete(tables.notes).where(tables.notes.c.name == name))
        await self._connection.execute(sa.insert(tables.notes).values(name=name, value=value))
