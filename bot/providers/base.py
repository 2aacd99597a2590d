"""What every provider can do, as one protocol, and the closed set of answers it may give.

Errors everywhere: the `ProviderRefusal` children of `bot.domain.errors`, and nothing else. A question (GET) that fails
may be asked again at any time. A paid order raises `OutcomeUnknown` whenever the provider may have taken it without our
knowing its id; every other refusal of an order means that nothing was ordered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from bot.domain.keys import ApiKey
from bot.domain.models import BaseModel, Checkpoint, Family, ProviderName
from bot.domain.specs import PaintingSpec, TrainingKind, TrainingSpec

AssetId = str | int
"""An uploaded picture, opaque, in the JSON type it arrived in (novita-api §2.1)."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a key says about its account. `balance` in US dollars."""

    balance: Decimal


@dataclass(frozen=True, slots=True)
class Waiting:
    """Taken, not started. `eta` in seconds until it is ready, where the provider says so."""

    eta: float | None = None


@dataclass(frozen=True, slots=True)
class Working:
    """Under way. `percent` 0–100 and `eta` in seconds where the provider says so."""

    percent: int | None = None
    eta: float | None = None


@dataclass(frozen=True, slots=True)
class Deploying:
    """Trained, not yet served: not ready."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A LoRA that can be painted with, by the name that `loras[].model_name` takes."""

    model_name: str


@dataclass(frozen=True, slots=True)
class RemotePicture:
    """A result that must be fetched at once: `url` expires. `flagged` when the NSFW check says so."""

    url: str
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Painted:
    """Finished pictures, in order."""

    pictures: tuple[RemotePicture, ...]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The provider ended the task without a result; `reason` is its own text, shortened, often empty."""

    reason: str = ""


TrainingProgress = Waiting | Working | Deploying | Trained | GivenUp
PaintingProgress = Waiting | Working | Painted | GivenUp


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider offers, as data that commands read. Rates are per minute and account."""

    base_models: tuple[BaseModel, ...]
    default_base_model: str
    default_checkpoint: str
    images_per_minute: int


class Provider(Protocol):
    """A hosted service. Every call takes the key of the person who pays."""

    @property
    def name(self) -> ProviderName: ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def account(self, key: ApiKey) -> Account:
        """A cheap live call that proves the key and tells the balance."""
        ...

    async def upload(self, key: ApiKey, picture: Path, *, extension: str) -> AssetId:
        """Relay one prepared picture (`extension` is `png`, `jpeg` or `webp`), with fresh addresses where needed.

        Errors: `UploadRefused` besides the usual.
        """
        ...

    async def order_training(
        self,
        key: ApiKey,
        spec: TrainingSpec,
        *,
        assets: Sequence[AssetId],
        captions: Sequence[str],
        name: str,
    ) -> str:
        """Place a paid training order, once, under a unique `name`; its task id."""
        ...

    async def find_training(self, key: ApiKey, *, kind: TrainingKind, name: str) -> str | None:
        """The task id of a training ordered under `name`, or None where the provider lists none."""
        ...

    async def training(self, key: ApiKey, task_id: str, *, kind: TrainingKind) -> TrainingProgress:
        """How a training stands."""
        ...

    async def order_painting(self, key: ApiKey, spec: PaintingSpec) -> str:
        """Place a paid painting order, once; its task id."""
        ...

    async def painting(self, key: ApiKey, task_id: str) -> PaintingProgress:
        """How a painting stands."""
        ...

    async def fetch(self, picture: RemotePicture, target: Path, *, limit: int) -> None:
        """Stream a result's bytes to `target`, at most `limit` bytes. No key is sent along.

        Errors: `ResultLost` when the link has expired or the bytes are too many; else the usual.
        """
        ...

    async def checkpoints(
        self, key: ApiKey, *, family: Family | None = None, query: str | None = None, pages: int = 1
    ) -> tuple[Checkpoint, ...]:
        """Usable public checkpoints, `pages` of a hundred at most."""
        ...
