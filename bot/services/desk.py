"""The desk: what can be done with a job that exists, and the only way in which anybody changes one."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.domain.clock import Clock
from bot.domain.errors import (
    CannotOrderAgain,
    NoKey,
    NothingToShow,
    PromptRefused,
    Refusal,
    ResultWithheld,
    TooLateToCancel,
    TooManyJobs,
    UnknownJob,
)
from bot.domain.jobs import KEEP_RESULTS, MOST_UNDER_WAY, Address, Job, JobState, Progress, Reach
from bot.domain.models import Lora, ProviderName
from bot.domain.specs import FEWEST_PICTURES, MOST_PICTURES, TrainingSpec
from bot.pictures import PictureRefused
from bot.services.bell import Bell
from bot.services.enclosures import Enclosure
from bot.services.folders import Folders
from bot.services.library import Library
from bot.services.studio import Studio
from bot.storage.database import Database, Transaction
from bot.storage.loras import NewLora
from bot.storage.pictures import Picture

log = logging.getLogger(__name__)

RECENT: Final = 12
_SAME_AGAIN: Final = frozenset({PromptRefused.code, ResultWithheld.code})
"""Failures that the same order would only bring about once more."""
_REMEMBERED: Final = 1000
_MESSAGE: Final = 24 * 1024 * 1024
"""Bytes of all files of one message (discord-platform §7: 25 MiB, with room for the rest of the request)."""


class Repeated(Exception):
    """This very interaction has been answered before: the event came twice. Do nothing."""


class Moved(Exception):
    """The job is no longer in the state it was read in: somebody cancelled it or took it further. Leave it."""


@dataclass(frozen=True, slots=True)
class PaintedFile:
    """One picture of a job, counted from 0. `path` is None when it was withheld or is no longer kept."""

    position: int
    path: Path | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class JobView:
    """A job with what a card shows of it."""

    job: Job
    lora: Lora | None = None
    """What a training becomes, by the name it has now."""
    pictures: tuple[Picture, ...] = ()
    painted: tuple[PaintedFile, ...] = ()

    @property
    def usable(self) -> int:
        """How many pictures a training learns from."""
        return sum(picture.extension is not None for picture in self.pictures)

    @property
    def refused(self) -> tuple[Picture, ...]:
        """The pictures that were not taken."""
        return tuple(picture for picture in self.pictures if picture.extension is None)

    @property
    def remarked(self) -> tuple[Picture, ...]:
        """The pictures that were taken although something about them is odd."""
        return tuple(p for p in self.pictures if p.extension is not None and p.verdict is not None)

    @property
    def can_order_again(self) -> bool:
        """Ended before anything came of it, with all that is needed to order it as it was."""
        if self.job.state not in (JobState.FAILED, JobState.UNKNOWN_OUTCOME):
            return False
        if (self.job.failure or {}).get("code") in _SAME_AGAIN:
            return False
        if not isinstance(self.job.spec, TrainingSpec):
            return True
        taken = [picture for picture in self.pictures if picture.extension is not None]
        enough = FEWEST_PICTURES <= len(taken) <= MOST_PICTURES
        return enough and all(picture.path is not None for picture in taken)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What a press on Cancel came to. Not `stopped`: the provider goes on and only the watching can end."""

    view: JobView
    stopped: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A result to be shown, with its pictures."""

    view: JobView
    files: list[Enclosure]


class Desk:
    """Jobs for their owners and for the worker. Somebody else's job is an unknown job."""

    def __init__(
        self,
        database: Database,
        *,
        bell: Bell,
        folders: Folders,
        library: Library,
        studio: Studio,
        clock: Clock,
    ) -> None:
        self._database = database
        self._bell = bell
        self._folders = folders
        self._library = library
        self._studio = studio
        self._clock = clock
        self._writes: set[asyncio.Task[Job]] = set()
        self._redrawn: OrderedDict[str, datetime] = OrderedDict()

    # --- for the worker and the services ----------------------------------------------------------------------

    async def job(self, job_id: str) -> Job | None:
        """The job as it is now."""
        async with self._database.read() as tx:
            return await tx.jobs.get(job_id)

    async def look(self, job: Job) -> JobView:
        """The job with its pictures and results."""
        async with self._database.read() as tx:
            return await self._view(tx, job)

    async def save(self, job: Job, **changes: Any) -> Job:
        """Store changes to a job that is still in the state of `job`, whatever else has changed. Errors: `Moved`.

        Finishes once begun: a cancellation while it is being stored does not undo what was paid for.
        """
        return await self._finished(self._save(job, changes))

    async def written(self) -> None:
        """Until nothing that was begun is still being stored."""
        while self._writes:
            await asyncio.wait(self._writes)

    async def _finished(self, write: Coroutine[None, None, Job]) -> Job:
        task = asyncio.create_task(write)
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return await asyncio.shield(task)

    async def _save(self, job: Job, changes: dict[str, Any]) -> Job:
        async with self._database.write() as tx:
            current = await tx.jobs.get(job.id, to_change=True)
            if current is None or current.state is not job.state:
                raise Moved(job.id)
            return await tx.jobs.change(current, now=self._clock.now(), **changes)

    async def adopt(self, job: Job, *, task_id: str) -> Job:
        """Store the provider's id of a paid task, also for a job that was given up as unknown meanwhile."""

        log.info("taken", extra={"job": job.id, "task": task_id})

        async def store() -> Job:
            async with self._database.write() as tx:
                current = await tx.jobs.get(job.id, to_change=True)
                if current is None or current.state not in (JobState.SUBMITTING, JobState.UNKNOWN_OUTCOME):
                    raise Moved(job.id)
                now = self._clock.now()
                return await tx.jobs.change(
                    current,
                    now=now,
                    state=JobState.RUNNING,
                    task_id=task_id,
                    submitted_at=current.submitted_at or now,
                    progress=Progress(note="waiting"),
                    failure=None,
                    due_at=now,
                )

        return await self._finished(store())

    async def fail(self, job: Job, refusal: Refusal) -> Job:
        """The job ends here. A training's name is free again. Errors: `Moved`."""
        async with self._database.write() as tx:
            current = await tx.jobs.get(job.id, to_change=True)
            if current is None or current.state is not job.state:
                raise Moved(job.id)
            failed = await tx.jobs.change(
                current, now=self._clock.now(), state=JobState.FAILED, failure=refusal.to_facts()
            )
            await tx.loras.release(job.id)
        self._library.changed(job.owner_id)
        if job.state is JobState.GATHERING:
            await self._discard_pictures(job)
        return failed

    async def withdraw(self, job_id: str) -> Job | None:
        """Take back a job whose owner was never told that it was accepted; None when it is too late for that."""
        async with self._database.write() as tx:
            job = await tx.jobs.get(job_id, to_change=True)
            if job is None or job.state.paid or job.address.card_id is not None:
                return None
            job = await self._cancelled(tx, job)
        await self._ended(job)
        return job

    async def placed(self, job_id: str, *, card_id: int) -> None:
        """The card is up: note where, and let the worker begin."""
        async with self._database.write() as tx:
            job = await tx.jobs.get(job_id, to_change=True)
            if job is not None:
                now = self._clock.now()
                address = dataclasses.replace(job.address, card_id=card_id)
                await tx.jobs.change(job, now=now, address=address, due_at=now)
        self._bell.ring(job_id)

    async def card_shown(self, job: Job) -> None:
        """The card shows this version of the job, and no newer one has come since."""
        async with self._database.write() as tx:
            current = await tx.jobs.get(job.id, to_change=True)
            if current is not None and current.version == job.version and current.card_stale:
                await tx.jobs.change(current, now=self._clock.now(), card_stale=False)

    async def reached(self, job: Job, *, by: Address) -> None:
        """A press on the card opens a way to it for fifteen minutes more, where there is no other."""
        if job.address.reach is not Reach.TOKEN:
            return
        async with self._database.write() as tx:
            current = await tx.jobs.get(job.id, to_change=True)
            if current is not None:
                address = dataclasses.replace(
                    current.address, interaction=by.interaction, interaction_until=by.interaction_until
                )
                await tx.jobs.change(current, now=self._clock.now(), address=address)

    async def sweep(self, job_id: str) -> bool:
        """Delete what a step still wrote for a job that its owner cancelled meanwhile; whether it was cancelled."""
        job = await self.job(job_id)
        if job is None or job.state is not JobState.CANCELLED:
            return False
        await self._discard_pictures(job)
        return True

    # --- for people -------------------------------------------------------------------------------------------

    async def view(self, owner_id: int, job_id: str) -> JobView:
        """One of a person's jobs. Errors: `UnknownJob`."""
        async with self._database.read() as tx:
            return await self._view(tx, await self._owned(tx, owner_id, job_id))

    async def recent(self, owner_id: int) -> list[Job]:
        """A person's jobs: what is under way first, then what is over, newest first."""
        async with self._database.read() as tx:
            return await tx.jobs.of(owner_id, limit=MOST_UNDER_WAY)

    async def overview(self, owner_id: int) -> list[JobView]:
        """The same with what their cards show."""
        async with self._database.read() as tx:
            return [await self._view(tx, job) for job in await tx.jobs.of(owner_id, limit=RECENT)]

    async def at_provider(self, owner_id: int) -> int:
        """How many of a person's jobs are paid for and not over."""
        return sum(job.state.paid and not job.state.over for job in await self.recent(owner_id))

    def redrawn(self, job_id: str) -> None:
        """A press has just changed the job's card."""
        self._redrawn[job_id] = self._clock.now()
        self._redrawn.move_to_end(job_id)
        if len(self._redrawn) > _REMEMBERED:
            self._redrawn.popitem(last=False)

    def redrawn_at(self, job_id: str) -> datetime | None:
        """When a press last changed the job's card, as far as this process remembers."""
        return self._redrawn.get(job_id)

    async def nudge(self, owner_id: int) -> None:
        """Something that a person's jobs may have waited for has come, such as a key: do now what they wait for."""
        for job in await self.recent(owner_id):
            if not job.state.over and job.progress.note == "key":
                await self.check_again(owner_id, job.id)

    async def cancel(self, owner_id: int, job_id: str) -> Cancelled:
        """Stop a job that nothing was paid for; say so of one that was. Errors: `UnknownJob`, `TooLateToCancel`."""
        async with self._database.write() as tx:
            job = await self._owned(tx, owner_id, job_id, to_change=True)
            if job.state is JobState.RUNNING:
                return Cancelled(await self._view(tx, job), stopped=False)
            if job.state.paid:
                raise TooLateToCancel(state=job.state)
            view = await self._view(tx, await self._cancelled(tx, job))
        await self._ended(view.job)
        return Cancelled(view, stopped=True)

    async def stop_watching(self, owner_id: int, job_id: str) -> JobView:
        """Give up here what may go on at the provider. Errors: `UnknownJob`, `TooLateToCancel`."""
        async with self._database.write() as tx:
            job = await self._owned(tx, owner_id, job_id, to_change=True)
            if job.state not in (JobState.RUNNING, JobState.UNKNOWN_OUTCOME):
                raise TooLateToCancel(state=job.state)
            view = await self._view(tx, await self._cancelled(tx, job))
        await self._ended(view.job)
        return view

    async def check_again(self, owner_id: int, job_id: str) -> JobView:
        """Do now what the job waits for; go on with one that was given up. Errors: `UnknownJob`, `NameTaken`."""
        now = self._clock.now()
        async with self._database.write() as tx:
            job = await self._owned(tx, owner_id, job_id, to_change=True)
            if job.state is JobState.CANCELLED and job.task_id is not None:
                await self._reserve(tx, job)
                job = await tx.jobs.change(job, now=now, state=JobState.RUNNING, due_at=now)
            elif job.state is JobState.UNDELIVERABLE:
                job = await tx.jobs.change(job, now=now, state=JobState.DELIVERING, due_at=now)
            elif job.state is JobState.UNKNOWN_OUTCOME or not job.state.over:
                job = await tx.jobs.change(job, now=now, due_at=now)
            view = await self._view(tx, job)
        self._library.changed(owner_id)
        self._bell.ring(job_id)
        return view

    async def order_again(self, owner_id: int, job_id: str) -> JobView:
        """Place a job that came to nothing once more, as it was. It is a new order that may be paid for anew.

        Errors: `UnknownJob`, `CannotOrderAgain`, `NoKey`, `TooManyJobs`, `NameTaken`.
        """
        now = self._clock.now()
        async with self._database.write() as tx:
            job = await self._owned(tx, owner_id, job_id, to_change=True)
            await welcome(tx, owner_id, job.provider)
            if not (await self._view(tx, job)).can_order_again:
                raise CannotOrderAgain()
            await self._reserve(tx, job)
            await tx.pictures.forget_assets(job.id)
            job = await tx.jobs.change(
                job,
                now=now,
                state=JobState.QUEUED,
                round=job.round + 1,
                created_at=now,
                due_at=now,
                failure=None,
                task_id=None,
                submitted_at=None,
                stuck_since=None,
                progress=Progress(),
            )
            view = await self._view(tx, job)
        self._library.changed(owner_id)
        self._bell.ring(job_id)
        return view

    async def show_again(self, owner_id: int, job_id: str, *, limit: int) -> Shown:
        """A job's result once more, its pictures in at most `limit` bytes each.

        Errors: `UnknownJob`, `NothingToShow`.
        """
        view = await self.view(owner_id, job_id)
        files = await self.enclosed(view, limit=limit)
        if not files and not isinstance(view.job.spec, TrainingSpec):
            raise NothingToShow(days=KEEP_RESULTS.days)
        return Shown(view, files)

    async def was_shown(self, view: JobView) -> None:
        """Its owner has the result before them now, so it is undeliverable no more."""
        if view.job.state is JobState.UNDELIVERABLE:
            with contextlib.suppress(Moved):
                await self.save(view.job, state=JobState.DONE)
            self._bell.ring(view.job.id)

    async def enclosed(self, view: JobView, *, limit: int) -> list[Enclosure]:
        """The job's kept pictures, each in at most `limit` bytes and all in what one message takes."""
        kept = sum(painted.path is not None for painted in view.painted)
        limit = min(limit, _MESSAGE // max(1, kept))
        folder = self._folders.fitted(view.job.id, limit)
        enclosures: list[Enclosure] = []
        for painted in view.painted:
            if painted.path is not None:
                try:
                    fitted = await self._studio.fit(painted.path, folder, limit=limit)
                except PictureRefused as refusal:
                    log.warning("a result is damaged", extra={"job": view.job.id, "verdict": str(refusal)})
                else:
                    enclosures.append(Enclosure(painted.position, fitted.path, fitted.extension))
        return enclosures

    # ----------------------------------------------------------------------------------------------------------

    async def _owned(self, tx: Transaction, owner_id: int, job_id: str, *, to_change: bool = False) -> Job:
        job = await tx.jobs.get(job_id, to_change=to_change)
        if job is None or job.owner_id != owner_id:
            raise UnknownJob()
        return job

    async def _cancelled(self, tx: Transaction, job: Job) -> Job:
        await tx.loras.release(job.id)
        return await tx.jobs.change(job, now=self._clock.now(), state=JobState.CANCELLED)

    async def _ended(self, job: Job) -> None:
        self._library.changed(job.owner_id)
        self._bell.ring(job.id)
        await self._discard_pictures(job)

    async def _discard_pictures(self, job: Job) -> None:
        await self._folders.discard_pictures(job.id)
        async with self._database.write() as tx:
            await tx.pictures.discard(job.id)

    async def _reserve(self, tx: Transaction, job: Job) -> None:
        if isinstance(job.spec, TrainingSpec) and job.state is not JobState.UNKNOWN_OUTCOME:
            await tx.loras.reserve(reservation(job, job.spec))

    async def _view(self, tx: Transaction, job: Job) -> JobView:
        if isinstance(job.spec, TrainingSpec):
            pictures = tuple(await tx.pictures.of(job.id))
            return JobView(job, lora=await tx.loras.of_job(job.id), pictures=pictures)
        painted = tuple(
            PaintedFile(r.position, None if r.path is None else self._folders.absolute(r.path), r.flagged)
            for r in await tx.results.of(job.id)
        )
        return JobView(job, painted=painted)


async def welcome(
    tx: Transaction, owner_id: int, provider: ProviderName, *, interaction_id: int | None = None
) -> None:
    """What every order needs: a key, room for one more job, and not to be the echo of another.

    Errors: `NoKey`, `TooManyJobs`, `Repeated`.
    """
    if await tx.jobs.asked(interaction_id):
        raise Repeated()
    if await tx.keys.get(owner_id, provider) is None:
        raise NoKey(provider=provider)
    if await tx.jobs.under_way(owner_id) >= MOST_UNDER_WAY:
        raise TooManyJobs(limit=MOST_UNDER_WAY)


def reservation(job: Job, spec: TrainingSpec) -> NewLora:
    """The LoRA that a training will become, with its name taken already."""
    return NewLora(
        owner_id=job.owner_id,
        provider=job.provider,
        name=spec.name,
        trigger=spec.trigger,
        family=spec.family,
        base_model=spec.base_model,
        job_id=job.id,
        created_at=job.created_at,
    )
