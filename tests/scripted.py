"""A provider and file servers that do as a test says: for what the sandbox's Novita cannot be made to say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from bot.domain.errors import Refusal
from bot.domain.keys import ApiKey
from bot.domain.models import Checkpoint, Family, ProviderName
from bot.domain.specs import PaintingSpec, TrainingKind, TrainingSpec
from bot.providers.base import (
    Account,
    AssetId,
    Capabilities,
    Deploying,
    Painted,
    PaintingProgress,
    RemotePicture,
    Trained,
    TrainingProgress,
    Waiting,
)
from bot.providers.novita.offer import capabilities

CALLS = ("account", "upload", "order", "find", "ask", "fetch", "checkpoints")


class ScriptedProvider:
    """A `Provider`. `trouble[call]` is raised by every such call while it is set; everything else goes well.

    `progress` answers the questions how a task stands; `listed` is what `find_training` finds by name.
    """

    def __init__(self, picture: bytes = b"") -> None:
        self.trouble: dict[str, Exception] = {}
        self.progress: TrainingProgress | PaintingProgress = Waiting()
        self.listed: dict[str, str] = {}
        self.calls: list[str] = []
        self.paid = 0
        self.catalogue: tuple[Checkpoint, ...] = ()
        self.called = asyncio.Event()
        self._waiting: str | None = None
        self._open = asyncio.Event()
        self._picture = picture

    @property
    def name(self) -> ProviderName:
        return ProviderName.NOVITA

    @property
    def capabilities(self) -> Capabilities:
        return capabilities()

    def fails(self, call: str, refusal: Exception) -> None:
        """From now on."""
        assert call in CALLS
        self.trouble[call] = refusal

    def mends(self) -> None:
        """All goes well again."""
        self.trouble.clear()

    def waits(self, call: str) -> None:
        """Such calls have no answer until `goes_on`; `called` is set by the first call of any kind."""
        assert call in CALLS
        self._waiting = call
        self._open.clear()

    def goes_on(self) -> None:
        """What waited has its answer."""
        self._waiting = None
        self._open.set()

    def count(self, call: str) -> int:
        """How often it was called."""
        return self.calls.count(call)

    async def account(self, key: ApiKey) -> Account:
        await self._called("account")
        return Account(balance=Decimal("12.50"))

    async def upload(self, key: ApiKey, picture: Path, *, extension: str) -> AssetId:
        await self._called("upload")
        return f"asset-{self.count('upload')}"

    async def order_training(
        self,
        key: ApiKey,
        spec: TrainingSpec,
        *,
        assets: Sequence[AssetId],
        captions: Sequence[str],
        name: str,
    ) -> str:
        return await self._ordered(name)

    async def find_training(self, key: ApiKey, *, kind: TrainingKind, name: str) -> str | None:
        await self._called("find")
        return self.listed.get(name)

    async def training(self, key: ApiKey, task_id: str, *, kind: TrainingKind) -> TrainingProgress:
        await self._called("ask")
        assert not isinstance(self.progress, Painted)
        return self.progress

    async def order_painting(self, key: ApiKey, spec: PaintingSpec) -> str:
        return await self._ordered("painting")

    async def painting(self, key: ApiKey, task_id: str) -> PaintingProgress:
        await self._called("ask")
        assert not isinstance(self.progress, Trained | Deploying)
        return self.progress

    async def fetch(self, picture: RemotePicture, target: Path, *, limit: int) -> None:
        await self._called("fetch")
        await asyncio.to_thread(target.write_bytes, self._picture)

    async def checkpoints(
        self, key: ApiKey, *, family: Family | None = None, query: str | None = None, pages: int = 1
    ) -> tuple[Checkpoint, ...]:
        await self._called("checkpoints")
        return self.catalogue

    async def _ordered(self, name: str) -> str:
        await self._called("order")
        self.paid += 1
        self.listed[name] = f"task-{self.paid}"
        return self.listed[name]

    async def _called(self, call: str) -> None:
        self.calls.append(call)
        self.called.set()
        if call == self._waiting:
            await self._open.wait()
        if call in self.trouble:
            raise self.trouble[call]


class ScriptedFiles:
    """The attachments of `files`, by address; `trouble` is raised instead while it is set."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.trouble: Refusal | None = None

    async def fetch(self, url: str, target: Path, *, limit: int) -> None:
        if self.trouble is not None:
            raise self.trouble
        await asyncio.to_thread(target.write_bytes, self.files[url])
