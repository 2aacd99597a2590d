"""Training: from what was attached to a LoRA that can be painted with, one step a state.

`order` stores the job; the worker then calls `gather`, `upload`, `submit` and `follow`, each of which may find the job
after a crash and goes on from what is stored. None of them runs twice at once for one job in one process.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from bot.domain.clock import Clock
from bot.domain.errors import (
    FrontRefused,
    NoPictures,
    OutcomeUnknown,
    PicturesGone,
    ProviderDown,
    RateLimited,
    TaskFailed,
    TooFewGiven,
    TooFewPictures,
    TooManyPictures,
)
from bot.domain.jobs import Address, Job, JobState, Progress, new_job
from bot.domain.specs import (
    FEWEST_PICTURES,
    LARGEST_SEED,
    MOST_PICTURES,
    TrainingKind,
    TrainingSpec,
    lora_name,
    trigger_word,
)
from bot.pictures import (
    BLURRY_BELOW,
    ArchiveRefused,
    Blurry,
    DuplicateOf,
    Kind,
    PictureRefused,
    Prepared,
    TooHeavy,
    TooManyMembers,
    duplicates,
)
from bot.providers.attachments import Attachments, TooLarge
from bot.providers.base import Deploying, GivenUp, Provider, Trained, Waiting, Working
from bot.services.catalogue import Catalogue
from bot.services.desk import Desk, reservation, welcome
from bot.services.folders import Folders
from bot.services.library import Library
from bot.services.parallel import each
from bot.services.studio import Studio
from bot.services.vault import Vault
from bot.storage.database import Database
from bot.storage.pictures import NewPicture, Picture, Source

_FETCHES: Final = 4
_UPLOADS: Final = 8
_UPLOADS_IN_ALL: Final = 32
_LOOK_FOR: Final = timedelta(minutes=3)
"""How long an order without an answer is looked for in the provider's list before it is given up as unknown."""
_PROGRESS_EVERY: Final = timedelta(seconds=2)


class Training:
    """Trainings with one provider."""

    def __init__(
        self,
        provider: Provider,
        *,
        database: Database,
        desk: Desk,
        vault: Vault,
        catalogue: Catalogue,
        library: Library,
        studio: Studio,
        folders: Folders,
        attachments: Attachments,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._database = database
        self._desk = desk
        self._vault = vault
        self._catalogue = catalogue
        self._library = library
        self._studio = studio
        self._folders = folders
        self._attachments = attachments
        self._clock = clock
        self._uploads = asyncio.Semaphore(_UPLOADS_IN_ALL)

    async def order(
        self,
        owner_id: int,
        *,
        address: Address,
        kind: TrainingKind,
        name: str,
        trigger: str | None,
        base_model: str | None,
        steps: int | None,
        files: Sequence[tuple[str, str, int]],
    ) -> Job:
        """Store a training; nothing has been fetched or paid yet. `files` are names, addresses and bytes.

        Errors: `NoPictures`, `TooFewGiven`, `NoKey`, `NameTaken`, `BadName`, `BadTrigger`, `UnknownBaseModel`,
        `TooManyJobs`.
        """
        if not files:
            raise NoPictures(minimum=FEWEST_PICTURES)
        archive = any(label.casefold().endswith(".zip") for label, _, _ in files)
        if not archive and len(files) < FEWEST_PICTURES:
            raise TooFewGiven(given=len(files), minimum=FEWEST_PICTURES)
        base = self._catalogue.base_model(base_model)
        cleaned = lora_name(name)
        spec = TrainingSpec(
            kind=kind,
            name=cleaned,
            trigger=trigger_word(trigger, name=cleaned),
            base_model=base.value,
            family=base.family,
            steps=steps,
            seed=secrets.randbelow(LARGEST_SEED) + 1,
        )
        job = new_job(
            owner_id, provider=self._provider.name, spec=spec, address=address, now=self._clock.now()
        )
        async with self._database.write() as tx:
            await welcome(tx, owner_id, job.provider, interaction_id=address.interaction_id)
            await tx.loras.reserve(reservation(job, spec))
            await tx.jobs.add(job)
            await tx.pictures.give(job.id, [Source(label[:200], url, size) for label, url, size in files])
        self._library.changed(owner_id)
        return job

    # --- gathering --------------------------------------------------------------------------------------------

    async def gather(self, job: Job, *, shown: Callable[[Job], Awaitable[None]]) -> Job:
        """Fetch, check and scrub what was attached; queued when there is enough of it.

        Errors: `TooFewPictures`, `TooManyPictures`, `PicturesGone` (final), `PicturesUnreachable` (for now).
        """
        async with self._database.read() as tx:
            sources = await tx.pictures.sources(job.id)
        await self._folders.discard_pictures(job.id)
        ticks = _Ticks(job, total=len(sources), desk=self._desk, clock=self._clock, shown=shown)
        try:
            batches = await each(
                lambda numbered: self._take(job, *numbered, ticks), list(enumerate(sources)), at_once=_FETCHES
            )
        finally:
            await self._folders.discard_incoming(job.id)
        given = [entry for batch in batches for entry in batch]
        looked_at = await asyncio.to_thread(self._compared, given)
        usable = sum(picture.path is not None for picture in looked_at)
        left_out = sum((picture.verdict or {}).get("code") == TooManyMembers.code for picture in looked_at)
        async with self._database.write() as tx:
            await tx.pictures.replace(job.id, looked_at)
        if usable + left_out > MOST_PICTURES:
            raise TooManyPictures(given=usable + left_out, limit=MOST_PICTURES)
        if looked_at and all((p.verdict or {}).get("code") == PicturesGone.code for p in looked_at):
            raise PicturesGone()
        if usable < FEWEST_PICTURES:
            raise TooFewPictures(usable=usable, minimum=FEWEST_PICTURES)
        return await self._desk.save(
            job, state=JobState.QUEUED, due_at=self._clock.now(), progress=Progress(done=0, total=usable)
        )

    async def _take(self, job: Job, number: int, source: Source, ticks: _Ticks) -> list[_Looked]:
        target = self._folders.incoming(job.id) / f"{number:02d}"
        limit = max(self._studio.limits.size, self._studio.archive_limits.size)
        try:
            await self._attachments.fetch(source.url, target, limit=limit)
        except TooLarge:
            return [_refused(source.label, TooHeavy(size=source.size, limit=limit).to_dict())]
        except PicturesGone as gone:
            return [_refused(source.label, gone.to_facts())]
        stem = f"{number:02d}"
        if await self._studio.kind(target) is Kind.ZIP:
            looked = await self._take_archive(job, stem, source.label, target)
        else:
            looked = [await self._look(job, stem, source.label, target)]
        await self._folders.delete(target)
        await ticks.tick()
        return looked

    async def _take_archive(self, job: Job, stem: str, label: str, archive: Path) -> list[_Looked]:
        try:
            unpacked = await self._studio.unpack(archive, archive.with_name(f"{archive.name}-files"))
        except ArchiveRefused as refusal:
            return [_refused(label, refusal.verdict.to_dict())]
        looked = [
            await self._look(job, f"{stem}-{index:03d}", member.label, member.path)
            for index, member in enumerate(unpacked.members)
        ]
        return looked + [_refused(m.label, m.verdict.to_dict()) for m in unpacked.refused]

    async def _look(self, job: Job, stem: str, label: str, file: Path) -> _Looked:
        try:
            ready = await self._studio.prepare(file, self._folders.pictures(job.id), stem=stem)
        except PictureRefused as refusal:
            return _refused(label, refusal.verdict.to_dict())
        finally:
            await self._folders.delete(file)
        path = self._folders.relative(ready.path)
        return _Looked(NewPicture(label[:200], path=path, extension=ready.extension), ready)

    def _compared(self, given: Sequence[_Looked]) -> list[NewPicture]:
        """Byte-for-byte copies are refused, because a copy would count twice; what is odd is remarked on."""
        looked_at = [entry.picture for entry in given]
        ready = [(index, entry.ready) for index, entry in enumerate(given) if entry.ready is not None]
        for index, prepared in ready:
            if prepared.sharpness < BLURRY_BELOW:
                looked_at[index] = replace(looked_at[index], verdict=Blurry().to_dict())
        named = [(looked_at[index].label, prepared.sha256, prepared.phash) for index, prepared in ready]
        for resemblance in duplicates(named):
            index, prepared = ready[resemblance.index]
            verdict = resemblance.verdict.to_dict()
            if isinstance(resemblance.verdict, DuplicateOf):
                prepared.path.unlink(missing_ok=True)
                looked_at[index] = NewPicture(looked_at[index].label, verdict=verdict)
            else:
                looked_at[index] = replace(looked_at[index], verdict=verdict)
        return looked_at

    # --- uploading --------------------------------------------------------------------------------------------

    async def begin(self, job: Job) -> Job:
        """Queued to uploading. Errors: `Moved`."""
        return await self._desk.save(job, state=JobState.UPLOADING, due_at=self._clock.now())

    async def upload(self, job: Job, *, shown: Callable[[Job], Awaitable[None]]) -> Job:
        """Relay every picture that is not up yet, then close the door behind which a crash may have cost money.

        Errors: the provider's refusals.
        """
        key = await self._vault.key_of(job.owner_id, job.provider)
        pictures = await self._usable(job)
        waiting = [picture for picture in pictures if picture.asset is None]
        ticks = _Ticks(
            job,
            total=len(pictures),
            done=len(pictures) - len(waiting),
            desk=self._desk,
            clock=self._clock,
            shown=shown,
        )

        async def relay(picture: Picture) -> None:
            assert picture.path is not None
            assert picture.extension is not None
            path = self._folders.absolute(picture.path)
            async with self._uploads:
                asset = await self._provider.upload(key, path, extension=picture.extension)
            async with self._database.write() as tx:
                await tx.pictures.uploaded(picture.id, asset=asset)
            await ticks.tick()

        await each(relay, waiting, at_once=_UPLOADS)
        now = self._clock.now()
        return await self._desk.save(job, state=JobState.SUBMITTING, submitted_at=now, due_at=now)

    async def _usable(self, job: Job) -> list[Picture]:
        async with self._database.read() as tx:
            return [picture for picture in await tx.pictures.of(job.id) if picture.extension is not None]

    # --- ordering ---------------------------------------------------------------------------------------------

    async def submit(self, job: Job) -> Job:
        """Place the paid order, once. The job was stored as `submitting` before; what follows is stored at once.

        Errors: the provider's refusals, all of which but `OutcomeUnknown` mean that nothing was ordered.
        """
        spec = _training(job)
        key = await self._vault.key_of(job.owner_id, job.provider)
        pictures = await self._usable(job)
        steps = spec.model_copy(update={"steps": spec.total_steps(len(pictures))})
        try:
            task_id = await self._provider.order_training(
                key,
                steps,
                assets=[picture.asset for picture in pictures if picture.asset is not None],
                captions=[spec.caption() for _ in pictures],
                name=job.order_name,
            )
        except (FrontRefused, ProviderDown, RateLimited):
            await self._desk.save(job, state=JobState.QUEUED, submitted_at=None)
            raise
        return await self._taken(job, task_id)

    async def find(self, job: Job) -> Job:
        """Look for an order whose answer is not known in the provider's list, and adopt it.

        Errors: `OutcomeUnknown` when it is not listed and was looked for long enough; the provider's refusals.
        """
        key = await self._vault.key_of(job.owner_id, job.provider)
        task_id = await self._provider.find_training(key, kind=_training(job).kind, name=job.order_name)
        if task_id is not None:
            return await self._taken(job, task_id)
        now = self._clock.now()
        if job.state is JobState.UNKNOWN_OUTCOME:
            return await self._desk.save(
                job, card_stale=True, progress=Progress(note="unlisted", ready_at=now)
            )
        if now - (job.submitted_at or job.state_since) < _LOOK_FOR:
            return await self._desk.save(job, due_at=now + timedelta(seconds=5))
        raise OutcomeUnknown(provider=job.provider)

    async def _taken(self, job: Job, task_id: str) -> Job:
        running = await self._desk.adopt(job, task_id=task_id)
        await self._folders.discard_pictures(job.id)
        async with self._database.write() as tx:
            await tx.pictures.discard(job.id)
        await self._vault.used(job.owner_id, job.provider)
        return running

    # --- following --------------------------------------------------------------------------------------------

    async def follow(self, job: Job) -> Job:
        """Ask how the training stands and store what is new; to be delivered once it is served.

        Errors: `TaskFailed` when the provider gave it up; the provider's refusals.
        """
        assert job.task_id is not None
        key = await self._vault.key_of(job.owner_id, job.provider)
        answer = await self._provider.training(key, job.task_id, kind=_training(job).kind)
        now = self._clock.now()
        match answer:
            case Waiting(eta):
                return await self._desk.save(
                    job, progress=Progress.seen("waiting", now=now, eta=eta), attempts=0
                )
            case Working(percent, eta):
                return await self._desk.save(
                    job, progress=Progress.seen("working", now=now, percent=percent, eta=eta), attempts=0
                )
            case Deploying():
                return await self._desk.save(
                    job, progress=Progress.seen("deploying", now=now, percent=100), attempts=0
                )
            case GivenUp(reason):
                raise TaskFailed(provider=job.provider, reason=reason)
            case Trained(model_name):
                async with self._database.write() as tx:
                    await tx.loras.serve(job.id, model_name=model_name)
                self._library.changed(job.owner_id)
                return await self._desk.save(
                    job,
                    state=JobState.DELIVERING,
                    due_at=self._clock.now(),
                    progress=Progress(percent=100),
                )


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file after the look at it, with what was seen when it is taken."""

    picture: NewPicture
    ready: Prepared | None = None


def _refused(label: str, verdict: dict[str, Any]) -> _Looked:
    return _Looked(NewPicture(label[:200], verdict=verdict))


class _Ticks:
    """Counts pictures and says so on the card, not for every one."""

    def __init__(
        self,
        job: Job,
        *,
        total: int,
        desk: Desk,
        clock: Clock,
        shown: Callable[[Job], Awaitable[None]],
        done: int = 0,
    ) -> None:
        self._job = job
        self._done = done
        self._total = total
        self._desk = desk
        self._clock = clock
        self._shown = shown
        self._last = clock.now()

    async def tick(self) -> None:
        """One more."""
        self._done += 1
        now = self._clock.now()
        if now - self._last >= _PROGRESS_EVERY:
            self._last = now
            progress = Progress(done=self._done, total=self._total)
            await self._shown(await self._desk.save(self._job, progress=progress))


def _training(job: Job) -> TrainingSpec:
    assert isinstance(job.spec, TrainingSpec)
    return job.spec
