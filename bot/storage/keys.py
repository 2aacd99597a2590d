"""The keys table: sealed API keys, one a person and provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.models import ProviderName
from bot.storage import tables


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as it rests: sealed, with the fingerprint that may be shown."""

    owner_id: int
    provider: ProviderName
    sealed: bytes
    fingerprint: str
    added_at: datetime
    used_at: datetime | None = None


class Keys:
    """Rows as `StoredKey` values."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, key: StoredKey) -> None:
        """Store a key in the place of the person's earlier one."""
        await self.remove(key.owner_id, key.provider)
        await self._connection.execute(
            sa.insert(tables.keys).values(
                owner_id=key.owner_id,
                provider=key.provider,
                sealed=key.sealed,
                fingerprint=key.fingerprint,
                added_at=key.added_at,
                used_at=key.used_at,
            )
        )

    async def get(self, owner_id: int, provider: ProviderName) -> StoredKey | None:
        """The person's key for a provider."""
        rows = await self._connection.execute(sa.select(tables.keys).where(_whose(owner_id, provider)))
        row = rows.mappings().first()
        return None if row is None else StoredKey(**row)

    async def of(self, owner_id: int) -> Sequence[StoredKey]:
        """All keys of a person."""
        rows = await self._connection.execute(
            sa.select(tables.keys).where(tables.keys.c.owner_id == owner_id).order_by(tables.keys.c.provider)
        )
        return [StoredKey(**row) for row in rows.mappings()]

    async def all(self) -> Sequence[StoredKey]:
        """Every key, for rotation."""
        rows = await self._connection.execute(
            sa.select(tables.keys).order_by(tables.keys.c.owner_id, tables.keys.c.provider)
        )
        return [StoredKey(**row) for row in rows.mappings()]

    async def touch(self, owner_id: int, provider: ProviderName, *, now: datetime) -> None:
        """Note that the key was used."""
        await self._connection.execute(
            sa.update(tables.keys).where(_whose(owner_id, provider)).values(used_at=now)
        )

    async def reseal(self, key: StoredKey, *, sealed: bytes) -> bool:
        """Replace the sealing, unless the key itself has been replaced meanwhile."""
        done = await self._connection.execute(
            sa.update(tables.keys)
            .where(_whose(key.owner_id, key.provider), tables.keys.c.sealed == key.sealed)
            .values(sealed=sealed)
        )
        return done.rowcount == 1

    async def remove(self, owner_id: int, provider: ProviderName) -> bool:
        """Forget a key; whether there was one."""
        done = await self._connection.execute(sa.delete(tables.keys).where(_whose(owner_id, provider)))
        return done.rowcount == 1


def _whose(owner_id: int, provider: ProviderName) -> sa.ColumnElement[bool]:
    return sa.and_(tables.keys.c.owner_id == owner_id, tables.keys.c.provider == provider)
