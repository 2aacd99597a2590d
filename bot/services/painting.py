"""Painting: from a prompt to pictures on disk that wait to be delivered, one step a state."""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import Final, TypeVar

from bot.domain.clock import Clock
from bot.domain.errors import (
    FrontRefused,
    OutcomeUnknown,
    OutOfRange,
    PromptTooLong,
    ProviderDown,
    RateLimited,
    Refusal,
    ResultWithheld,
    TaskFailed,
    UnknownJob,
    WrongFamily,
)
from bot.domain.jobs import Address, Job, JobState, Progress, new_job
from bot.domain.models import Checkpoint, Family
from bot.domain.specs import (
    LARGEST_SEED,
    MOST_IMAGES,
    PROMPT_LIMIT,
    PaintingSpec,
    size_of,
    with_triggers,
)
from bot.providers.base import GivenUp, Painted, Provider, RemotePicture, Waiting, Working
from bot.services.catalogue import Catalogue
from bot.services.desk import Desk, welcome
from bot.services.folders import Folders
from bot.services.library import Library, Picked
from bot.services.parallel import each
from bot.services.studio import Studio
from bot.services.vault import Vault
from bot.storage.database import Database
from bot.storage.results import Result

log = logging.getLogger(__name__)

STEPS: Final = {Family.SD15: 25, Family.SDXL: 30}
GUIDANCE: Final = {Family.SD15: 7.0, Family.SDXL: 6.0}
_LARGEST_RESULT: Final = 64 * 1024 * 1024
_FETCHES: Final = 4

N = TypeVar("N", int, float)


class Painting:
    """Paintings with one provider."""

    def __init__(
        self,
        provider: Provider,
        *,
        database: Database,
        desk: Desk,
        vault: Vault,
        catalogue: Catalogue,
        library: Library,
        folders: Folders,
        studio: Studio,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._database = database
        self._desk = desk
        self._vault = vault
        self._catalogue = catalogue
        self._library = library
        self._folders = folders
        self._studio = studio
        self._clock = clock

    async def order(
        self,
        owner_id: int,
        *,
        address: Address,
        prompt: str,
        lora: str | None = None,
        model: str | None = None,
        negative: str | None = None,
        shape: str | None = None,
        count: int | None = None,
        seed: int | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        nsfw_check: bool = True,
    ) -> Job:
        """Store a painting; nothing has been paid yet.

        Errors: `NoKey`, `TooManyJobs`, everything that `Library.pick` refuses, `UnknownModel`, `WrongFamily`,
        `PromptEmpty`, `PromptTooLong`, `BadShape`, `OutOfRange`.
        """
        picked = await self._library.pick(owner_id, lora)
        checkpoint = self._checkpoint(model, picked)
        width, height = size_of(shape, checkpoint.family)
        negative = (negative or "").strip() or None
        if negative is not None and len(negative) > PROMPT_LIMIT:
            raise PromptTooLong(length=len(negative), limit=PROMPT_LIMIT, negative=True)
        spec = PaintingSpec(
            asked=prompt.strip(),
            prompt=with_triggers(prompt, tuple(use.trigger for use in picked.uses)),
            negative=negative,
            checkpoint=checkpoint.name,
            family=checkpoint.family,
            width=width,
            height=height,
            count=_within("count", count, 1, MOST_IMAGES, default=1),
            seed=_within("seed", seed, 0, LARGEST_SEED, default=secrets.randbelow(LARGEST_SEED + 1)),
            steps=_within("steps", steps, 1, 100, default=STEPS[checkpoint.family]),
            guidance=_within("guidance", guidance, 1, 30, default=GUIDANCE[checkpoint.family]),
            loras=picked.uses,
            nsfw_check=nsfw_check,
        )
        return await self._store(owner_id, spec, address)

    async def again(self, owner_id: int, job_id: str, *, address: Address, nsfw_check: bool) -> Job:
        """Store a painting like one of the person's earlier ones, with another seed.

        Errors: `UnknownJob`, `NoKey`, `TooManyJobs`.
        """
        spec = (await self._desk.view(owner_id, job_id)).job.spec
        if not isinstance(spec, PaintingSpec):
            raise UnknownJob()
        seed = secrets.randbelow(LARGEST_SEED + 1)
        spec = spec.model_copy(update={"seed": seed, "nsfw_check": nsfw_check})
        return await self._store(owner_id, spec, address)

    async def _store(self, owner_id: int, spec: PaintingSpec, address: Address) -> Job:
        now = self._clock.now()
        job = new_job(owner_id, provider=self._provider.name, spec=spec, address=address, now=now)
        async with self._database.write() as tx:
            await welcome(tx, owner_id, job.provider, interaction_id=address.interaction_id)
            await tx.jobs.add(job)
        return job

    def _checkpoint(self, model: str | None, picked: Picked) -> Checkpoint:
        first = picked.loras[0] if picked.loras else None
        if model is None or not model.strip():
            if first is None:
                return self._catalogue.default()
            return self._catalogue.matching(base_model=first.base_model, family=first.family)
        checkpoint = self._catalogue.checkpoint(model)
        if first is not None and checkpoint.family is not first.family:
            raise WrongFamily(
                lora=first.name,
                lora_family=first.family,
                model=checkpoint.title,
                model_family=checkpoint.family,
            )
        return checkpoint

    # --- ordering ---------------------------------------------------------------------------------------------

    async def begin(self, job: Job) -> Job:
        """Queued to submitting: from here on a crash may have cost money. Errors: `Moved`."""
        now = self._clock.now()
        return await self._desk.save(job, state=JobState.SUBMITTING, submitted_at=now, due_at=now)

    async def submit(self, job: Job) -> Job:
        """Place the paid order, once. The job was stored as `submitting` before; what follows is stored at once.

        Errors: the provider's refusals, all of which but `OutcomeUnknown` mean that nothing was ordered.
        """
        key = await self._vault.key_of(job.owner_id, job.provider)
        try:
            task_id = await self._provider.order_painting(key, _painting(job))
        except (FrontRefused, ProviderDown, RateLimited):
            await self._desk.save(job, state=JobState.QUEUED, submitted_at=None)
            raise
        running = await self._desk.adopt(job, task_id=task_id)
        await self._vault.used(job.owner_id, job.provider)
        return running

    async def learn(self, owner_id: int) -> None:
        """Bring the catalogue up to date with the key of somebody who is just painting; failing is no matter."""
        try:
            await self._catalogue.refresh(await self._vault.key_of(owner_id, self._provider.name))
        except Refusal as refusal:
            log.info("catalogue not refreshed", extra={"refusal": refusal.code})

    async def find(self, job: Job) -> Job:
        """A painting whose order has no answer cannot be looked for: the provider lists none.

        Errors: `OutcomeUnknown`, always.
        """
        raise OutcomeUnknown(provider=job.provider)

    # --- following --------------------------------------------------------------------------------------------

    async def follow(self, job: Job) -> Job:
        """Ask how the painting stands and store what is new; finished pictures are fetched at once.

        Errors: `TaskFailed` when the provider gave it up; the provider's refusals.
        """
        answer, now = await self._ask(job), self._clock.now()
        match answer:
            case Waiting(eta):
                return await self._desk.save(
                    job, progress=Progress.seen("waiting", now=now, eta=eta), attempts=0
                )
            case Working(percent, eta):
                return await self._desk.save(
                    job, progress=Progress.seen("working", now=now, percent=percent, eta=eta), attempts=0
                )
            case GivenUp(reason):
                raise TaskFailed(provider=job.provider, reason=reason)
            case Painted(pictures):
                fetching = await self._desk.save(job, state=JobState.FETCHING, due_at=self._clock.now())
                return await self._fetch(fetching, pictures)

    async def fetch(self, job: Job) -> Job:
        """Fetch the finished pictures, with fresh links where the provider renews them.

        Errors: `ResultLost` (links expired), `ResultWithheld` (all flagged), the provider's refusals.
        """
        match await self._ask(job):
            case Painted(pictures):
                return await self._fetch(job, pictures)
            case GivenUp(reason):
                raise TaskFailed(provider=job.provider, reason=reason)
            case _:
                return await self._desk.save(job, due_at=self._clock.now() + timedelta(seconds=5))

    async def _ask(self, job: Job) -> Waiting | Working | Painted | GivenUp:
        assert job.task_id is not None
        key = await self._vault.key_of(job.owner_id, job.provider)
        return await self._provider.painting(key, job.task_id)

    async def _fetch(self, job: Job, pictures: tuple[RemotePicture, ...]) -> Job:
        folder = self._folders.results(job.id)

        async def bring(numbered: tuple[int, RemotePicture]) -> Result:
            position, picture = numbered
            if picture.flagged and _painting(job).nsfw_check:
                return Result(position, None, flagged=True)
            target = folder / f"{position}.image"
            await self._provider.fetch(picture, target, limit=_LARGEST_RESULT)
            await self._studio.inscribe(target, _painting(job).parameters(position))
            return Result(position, self._folders.relative(target))

        brought = await each(bring, list(enumerate(pictures)), at_once=_FETCHES)
        if all(result.flagged for result in brought):
            raise ResultWithheld(provider=job.provider, count=len(brought))
        async with self._database.write() as tx:
            await tx.results.replace(job.id, brought)
        return await self._desk.save(
            job, state=JobState.DELIVERING, due_at=self._clock.now(), progress=Progress(percent=100)
        )


def _within(option: str, given: N | None, smallest: int, largest: int, *, default: N) -> N:
    if given is None:
        return default
    if not smallest <= given <= largest:
        raise OutOfRange(option=option, smallest=smallest, largest=largest)
    return given


def _painting(job: Job) -> PaintingSpec:
    assert isinstance(job.spec, PaintingSpec)
    return job.spec
