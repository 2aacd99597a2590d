"""Everything between Discord and the providers, put together as `bot.app` does it, around a frozen clock."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot import pictures
from bot.domain.jobs import Job, JobState
from bot.domain.models import Lora, ProviderName
from bot.providers.base import Provider
from bot.services.bell import Bell
from bot.services.catalogue import Catalogue
from bot.services.cipher import Cipher
from bot.services.desk import Desk, reservation
from bot.services.folders import Folders
from bot.services.library import Library
from bot.services.painting import Painting
from bot.services.studio import Studio
from bot.services.tokens import Tokens
from bot.services.training import Training
from bot.services.vault import Vault
from bot.storage.database import Database
from bot.storage.keys import StoredKey
from bot.storage.loras import NewLora
from bot.storage.migrate import upgrade
from bot.worker.board import Board
from bot.worker.budget import Budgets
from bot.worker.delivery import Delivery
from bot.worker.keeper import Keeper
from bot.worker.poller import Poller
from tests import values
from tests.clocks import FrozenClock
from tests.messengers import Recorder
from tests.values import ADA

ENCRYPTION_KEY: Final = base64.b64encode(b"k" * 32).decode()


@dataclass(slots=True, kw_only=True)
class House:
    """One process's services and worker; `reopen` is the next process on the same database and folder."""

    root: Path
    clock: FrozenClock
    database: Database
    provider: Provider
    bell: Bell
    folders: Folders
    catalogue: Catalogue
    library: Library
    studio: Studio
    cipher: Cipher
    tokens: Tokens
    vault: Vault
    desk: Desk
    training: Training
    painting: Painting
    messenger: Recorder
    board: Board
    budgets: Budgets
    delivery: Delivery
    keeper: Keeper
    poller: Poller
    shown: list[Job] = field(default_factory=list)

    async def note(self, job: Job) -> None:
        """A `shown` for `gather` and `upload`."""
        self.shown.append(job)

    async def give_key(self, key: str = "sk_ada-and-her-key", *, owner_id: int = ADA) -> None:
        """Store a key without asking the provider about it."""
        sealed = self.cipher.seal(key, about=f"{owner_id}/novita")
        stored = StoredKey(owner_id, ProviderName.NOVITA, sealed, "0000-0000", self.clock.now())
        async with self.database.write() as tx:
            await tx.keys.put(stored)

    async def add(self, job: Job) -> Job:
        """Store a job; a training's name is taken with it, as long as it is not over in a way that frees it."""
        async with self.database.write() as tx:
            await tx.jobs.add(job)
            if job.spec.type == "training" and job.state not in (JobState.FAILED, JobState.CANCELLED):
                await tx.loras.reserve(reservation(job, job.spec))
        return job

    async def job(self, job: Job | str) -> Job:
        """How a job stands now."""
        found = await self.desk.job(job if isinstance(job, str) else job.id)
        assert found is not None
        return found

    async def add_lora(
        self, name: str = "mara", *, owner_id: int = ADA, ready: bool = True, **changes: Any
    ) -> Lora:
        """A LoRA that was trained once."""
        spec = values.training_spec(name=name)
        made = values.job(spec, owner_id=owner_id, created_at=self.clock.now())
        new: NewLora = dataclasses.replace(reservation(made, spec), **changes)
        async with self.database.write() as tx:
            await tx.loras.reserve(new)
            if ready:
                await tx.loras.serve(made.id, model_name=f"model_{name}")
            found = await tx.loras.named(owner_id, name)
        self.library.changed(owner_id)
        assert found is not None
        return found

    async def step(self, *, times: int = 1) -> None:
        """Let the poller do what is due now."""
        for _ in range(times):
            self.poller.start_due()
            await self.poller.settle()


@cache
def _schema() -> bytes:
    """An empty database, migrated once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        upgrade(f"sqlite+aiosqlite:///{folder}/easel.db")
        return Path(folder, "easel.db").read_bytes()


@asynccontextmanager
async def open_house(
    root: Path,
    *,
    provider: Provider,
    attachments: Any,
    clock: FrozenClock | None = None,
    messenger: Recorder | None = None,
) -> AsyncIterator[House]:
    """Open everything below `root`; what an earlier house left there is taken up."""
    clock = clock or FrozenClock()
    path = root / "easel.db"
    if not path.exists():
        await asyncio.to_thread(path.write_bytes, _schema())
    async with Database(f"sqlite+aiosqlite:///{path}") as database:
        bell, folders, library = Bell(), Folders(root), Library(database)
        cipher = Cipher([ENCRYPTION_KEY])
        studio = Studio(pictures.Limits(), archive=pictures.ArchiveLimits(members=51))
        catalogue = Catalogue(provider, database=database, clock=clock)
        await catalogue.restore()
        vault = Vault(database, cipher=cipher, providers={provider.name: provider}, clock=clock)
        desk = Desk(database, bell=bell, folders=folders, library=library, studio=studio, clock=clock)
        parts: dict[str, Any] = {
            "database": database,
            "desk": desk,
            "vault": vault,
            "catalogue": catalogue,
            "library": library,
            "folders": folders,
            "clock": clock,
        }
        training = Training(provider, studio=studio, attachments=attachments, **parts)
        painting = Painting(provider, studio=studio, **parts)
        messenger = messenger or Recorder()
        board = Board(messenger, desk=desk, clock=clock)
        delivery = Delivery(messenger, desk=desk, board=board)
        budgets = Budgets(images_per_minute=provider.capabilities.images_per_minute)
        poller = Poller(
            database=database,
            desk=desk,
            trainings={provider.name: training},
            paintings={provider.name: painting},
            budgets={provider.name: budgets},
            delivery=delivery,
            messenger=messenger,
            board=board,
            bell=bell,
            clock=clock,
            chance=random.Random(1),
        )
        yield House(
            root=root,
            clock=clock,
            database=database,
            provider=provider,
            bell=bell,
            folders=folders,
            catalogue=catalogue,
            library=library,
            studio=studio,
            cipher=cipher,
            tokens=Tokens(cipher, clock=clock),
            vault=vault,
            desk=desk,
            training=training,
            painting=painting,
            messenger=messenger,
            board=board,
            budgets=budgets,
            delivery=delivery,
            keeper=Keeper(database, folders=folders, clock=clock),
            poller=poller,
        )
        await poller.settle()
        await desk.written()
