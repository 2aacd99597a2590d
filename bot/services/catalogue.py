"""The catalogue: what can be trained on and painted with, answered from memory."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.errors import UnknownBaseModel, UnknownModel
from bot.domain.keys import ApiKey
from bot.domain.models import BaseModel, Checkpoint, Family
from bot.providers.base import Provider
from bot.storage.database import Database

_FRESH: Final = timedelta(hours=24)
_TRY_AGAIN: Final = timedelta(minutes=10)
_PAGES: Final = 5
_NOTE: Final = "catalogue"


class Catalogue:
    """A provider's models. Begins with what the configuration knows and grows with what the provider lists."""

    def __init__(self, provider: Provider, *, database: Database, clock: Clock) -> None:
        self._provider = provider
        self._database = database
        self._clock = clock
        self._refreshed: datetime | None = None
        self._configured = {
            base.checkpoint: Checkpoint(base.checkpoint, base.title, base.family)
            for base in provider.capabilities.base_models
            if base.checkpoint is not None
        }
        self._checkpoints = dict(self._configured)

    @property
    def base_models(self) -> tuple[BaseModel, ...]:
        """What a LoRA can be trained on, in the configuration's order."""
        return self._provider.capabilities.base_models

    def base_model(self, value: str | None) -> BaseModel:
        """A base model by its value or title; the default for None. Errors: `UnknownBaseModel`."""
        wanted = (value or self._provider.capabilities.default_base_model).strip().casefold()
        for base in self.base_models:
            if wanted in (base.value.casefold(), base.title.casefold()):
                return base
        raise UnknownBaseModel(value=(value or "")[:100])

    def checkpoints(self, family: Family | None = None) -> list[Checkpoint]:
        """What can be painted with, the configured ones first."""
        return [c for c in self._checkpoints.values() if family is None or c.family is family]

    def checkpoint(self, value: str) -> Checkpoint:
        """A checkpoint by file name or title. Errors: `UnknownModel`."""
        wanted = value.strip().casefold()
        for checkpoint in self._checkpoints.values():
            if wanted in (checkpoint.name.casefold(), checkpoint.title.casefold()):
                return checkpoint
        raise UnknownModel(value=value[:100])

    def default(self) -> Checkpoint:
        """What is painted with when nothing was chosen."""
        return self.checkpoint(self._provider.capabilities.default_checkpoint)

    def matching(self, *, base_model: str, family: Family) -> Checkpoint:
        """What a LoRA of this base model is painted with by default: the same model, else one of its kind."""
        for base in self.base_models:
            if base.value == base_model and base.checkpoint is not None:
                return self._checkpoints.get(base.checkpoint) or self._configured[base.checkpoint]
        stem = base_model.casefold()
        for checkpoint in self.checkpoints(family):
            if checkpoint.name.casefold().startswith(stem):
                return checkpoint
        return self.checkpoints(family)[0]

    async def restore(self) -> None:
        """Take up what was listed before the last restart."""
        async with self._database.read() as tx:
            note = await tx.notes.get(f"{_NOTE}:{self._provider.name}")
        if note is not None:
            stored = json.loads(note)
            self._refreshed = datetime.fromisoformat(stored["at"])
            self._take(tuple(Checkpoint(n, t, Family(f)) for n, t, f in stored["checkpoints"]))

    async def refresh(self, key: ApiKey) -> bool:
        """Ask the provider for its list, at most once a day; whether it was asked. Errors: the provider's refusals."""
        now = self._clock.now()
        if self._refreshed is not None and now - self._refreshed < _FRESH:
            return False
        self._refreshed = now - _FRESH + _TRY_AGAIN  # a failure is not repeated at once
        listed = await self._provider.checkpoints(key, pages=_PAGES)
        self._refreshed = now
        self._take(listed)
        async with self._database.write() as tx:
            await tx.notes.put(
                f"{_NOTE}:{self._provider.name}",
                json.dumps(
                    {"at": now.isoformat(), "checkpoints": [[c.name, c.title, c.family] for c in listed]}
                ),
            )
        return True

    def _take(self, listed: tuple[Checkpoint, ...]) -> None:
        self._checkpoints = {
            **self._configured,
            **{c.name: c for c in listed if c.name not in self._configured},
        }
