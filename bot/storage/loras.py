"""The loras table: what people own, ready or reserved by a training that is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import NameTaken
from bot.domain.models import Family, Lora, ProviderName, name_key
from bot.storage import tables


@dataclass(frozen=True, slots=True)
class NewLora:
    """A LoRA before it has an id: its name is reserved from the moment the training is stored."""

    owner_id: int
    provider: ProviderName
    name: str
    trigger: str
    family: Family
    base_model: str
    job_id: str
    created_at: datetime


class Loras:
    """Rows as `Lora` values."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def reserve(self, lora: NewLora) -> None:
        """Store a LoRA that is not ready yet. Errors: `NameTaken`."""
        if await self.named(lora.owner_id, lora.name) is not None:
            raise NameTaken(name=lora.name)
        await self._connection.execute(
            sa.insert(tables.loras).values(
                owner_id=lora.owner_id,
                provider=lora.provider,
                name=lora.name,
                name_key=name_key(lora.name),
                trigger=lora.trigger,
                family=lora.family,
                base_model=lora.base_model,
                model_name=None,
                job_id=lora.job_id,
                created_at=lora.created_at,
            )
        )

    async def named(self, owner_id: int, name: str) -> Lora | None:
        """A person's LoRA by name, whatever its case."""
        rows = await self._connection.execute(
            sa.select(tables.loras).where(
                tables.loras.c.owner_id == owner_id, tables.loras.c.name_key == name_key(name)
            )
        )
        return _lora(rows.mappings().first())

    async def of_job(self, job_id: str) -> Lora | None:
        """What a training has become, or has reserved."""
        rows = await self._connection.execute(sa.select(tables.loras).where(tables.loras.c.job_id == job_id))
        return _lora(rows.mappings().first())

    async def of(self, owner_id: int) -> Sequence[Lora]:
        """A person's LoRAs, newest first."""
        rows = await self._connection.execute(
            sa.select(tables.loras)
            .where(tables.loras.c.owner_id == owner_id)
            .order_by(tables.loras.c.created_at.desc(), tables.loras.c.id.desc())
        )
        return [lora for row in rows.mappings() if (lora := _lora(row)) is not None]

    async def serve(self, job_id: str, *, model_name: str) -> None:
        """The training is ready under this name at the provider."""
        await self._connection.execute(
            sa.update(tables.loras).where(tables.loras.c.job_id == job_id).values(model_name=model_name)
        )

    async def release(self, job_id: str) -> None:
        """The training came to nothing: its name is free again."""
        await self._connection.execute(
            sa.delete(tables.loras).where(
                tables.loras.c.job_id == job_id, tables.loras.c.model_name.is_(None)
            )
        )

    async def rename(self, lora: Lora, *, name: str) -> None:
        """Give a LoRA another name. Errors: `NameTaken`."""
        other = await self.named(lora.owner_id, name)
        if other is not None and other.id != lora.id:
            raise NameTaken(name=name)
        await self._connection.execute(
            sa.update(tables.loras)
            .where(tables.loras.c.id == lora.id)
            .values(name=name, name_key=name_key(name))
        )

    async def forget(self, lora_id: int) -> None:
        """Delete the row; the provider keeps its model."""
        await self._connection.execute(sa.delete(tables.loras).where(tables.loras.c.id == lora_id))


def _lora(row: sa.RowMapping | None) -> Lora | None:
    if row is None:
        return None
    values = dict(row)
    del values["name_key"]
    return Lora(**values)
