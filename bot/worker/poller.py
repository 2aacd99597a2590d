"""The poller: takes every job that is due one step further, for ever.

One heap of due times serves all jobs. A job found `submitting` was left there by a crash, because a living process goes
on from there in the same step; it is looked for at the provider and never ordered again. Nothing that a step raises
ends the poller.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
import random
from collections import Counter
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.errors import (
    FrontRefused,
    KeyRefused,
    KeyUnreadable,
    NoKey,
    OutcomeUnknown,
    PicturesUnreachable,
    ProviderDown,
    ProviderNonsense,
    RateLimited,
    Refusal,
    ResultLost,
    ResultWithheld,
    TaskFailed,
    TaskLost,
    TookTooLong,
    Unexplained,
    UploadRefused,
)
from bot.domain.jobs import DEADLINES, STUCK_PAINTING, STUCK_TRAINING, Job, JobState, Progress
from bot.domain.models import ProviderName
from bot.domain.specs import PaintingSpec, TrainingSpec
from bot.services.bell import Bell
from bot.services.desk import Desk, Moved
from bot.services.messenger import Messenger, Notice, TryLater, Unreachable
from bot.services.painting import Painting
from bot.services.training import Training
from bot.storage.database import Database
from bot.worker.board import Board
from bot.worker.budget import Budgets
from bot.worker.delivery import Delivery
from bot.worker.pace import back_off, next_look

log = logging.getLogger(__name__)

_AT_ONCE: Final = 64
_GRACE: Final = 20.0
"""Seconds that steps under way get to finish when the process is asked to stop."""
_KEY_AGAIN: Final = timedelta(minutes=10)
_LOST_AFTER: Final = timedelta(minutes=10)
_SOON: Final = timedelta(seconds=3)
_ODD_AGAIN: Final = timedelta(minutes=3)
_LOOK_AGAIN: Final = timedelta(seconds=20)
"""How often the database is asked for jobs that no bell was heard for."""
_TRIES: Final = 3
"""Failed tries of this process before a deadline ends a job: a bot that was off for long tries first."""
_FETCHES: Final = 2
_UPLOADS: Final = 3
_FAULTS: Final = 8
"""Faults of our own in a row after which an unpaid job is given up."""
_PASSING: Final = (ProviderDown, ProviderNonsense, FrontRefused, PicturesUnreachable, UploadRefused)
_KEY: Final = (NoKey, KeyRefused, KeyUnreadable)
_WORTH_TELLING: Final = timedelta(minutes=2)
"""A job that took longer than this to fail is spoken of in a message, not only on its card."""


class Poller:
    """Steps jobs."""

    def __init__(
        self,
        *,
        database: Database,
        desk: Desk,
        trainings: Mapping[ProviderName, Training],
        paintings: Mapping[ProviderName, Painting],
        budgets: Mapping[ProviderName, Budgets],
        delivery: Delivery,
        messenger: Messenger,
        board: Board,
        bell: Bell,
        clock: Clock,
        chance: random.Random | None = None,
    ) -> None:
        self._database = database
        self._desk = desk
        self._trainings = trainings
        self._paintings = paintings
        self._budgets = budgets
        self._delivery = delivery
        self._messenger = messenger
        self._board = board
        self._bell = bell
        self._clock = clock
        self._chance = chance or random.Random()
        self._heap: list[tuple[datetime, str]] = []
        self._due: dict[str, datetime] = {}
        self._steps: dict[str, asyncio.Task[None]] = {}
        self._rung: set[str] = set()
        self._idle = asyncio.Event()
        self._look_again = clock.now()
        self._failed_here: Counter[str] = Counter()
        self._chores: set[asyncio.Task[None]] = set()

    @property
    def watched(self) -> int:
        """How many jobs wait for their next step."""
        return len(self._due)

    # --- the loop ---------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Take up every job that is stored, then step whatever is due, for ever."""
        async with self._database.sole_worker() as still_ours:
            try:
                while True:
                    if self._clock.now() >= self._look_again:
                        await still_ours()
                        await self._take_up_if_it_goes()
                    await self._wait(self.start_due())
            finally:
                await asyncio.shield(self._finish())

    async def _take_up_if_it_goes(self) -> None:
        """A database that stumbles is no reason to drop the steps under way."""
        try:
            await self.take_up()
        except Exception:
            log.exception("the database could not be asked for jobs")

    async def take_up(self) -> None:
        """Find the jobs that a stopped process left or another one stored, and the cards that were left untrue."""
        self._look_again = self._clock.now() + _LOOK_AGAIN
        async with self._database.read() as tx:
            watched = await tx.jobs.watched()
            stale = await tx.jobs.stale_cards()
        new = [
            (job_id, due) for job_id, due in watched if job_id not in self._due and job_id not in self._steps
        ]
        for job_id, due in new:
            self._plan(job_id, due)
        for job in stale:
            await self._board.update(job)
        if new:
            log.info("jobs taken up", extra={"jobs": len(new)})

    def start_due(self) -> datetime:
        """Begin a step for every job that is due and has room; when the next one will be due."""
        now = self._clock.now()
        for job_id in self._bell.heard():
            if job_id in self._steps:
                self._rung.add(job_id)
            else:
                self._plan(job_id, now)
        while self._heap and len(self._steps) < _AT_ONCE:
            due, job_id = self._heap[0]
            if self._due.get(job_id) != due:
                heapq.heappop(self._heap)
                continue
            if due > now:
                return min(due, self._look_again)
            heapq.heappop(self._heap)
            del self._due[job_id]
            if job_id in self._steps:
                self._rung.add(job_id)
            else:
                self._begin(job_id)
        return self._look_again

    async def settle(self) -> None:
        """Until no step is under way."""
        while self._steps or self._chores:
            await asyncio.wait([*self._steps.values(), *self._chores])

    def _begin(self, job_id: str) -> None:
        task = asyncio.create_task(self._step(job_id), name=f"job:{job_id}")
        self._steps[job_id] = task
        task.add_done_callback(lambda _: self._ended(job_id))

    def _ended(self, job_id: str) -> None:
        self._steps.pop(job_id, None)
        if job_id in self._rung:
            self._rung.discard(job_id)
            self._plan(job_id, self._clock.now())
        self._idle.set()

    def _plan(self, job_id: str, due: datetime) -> None:
        known = self._due.get(job_id)
        if known is None or due < known:
            self._due[job_id] = due
            heapq.heappush(self._heap, (due, job_id))

    async def _wait(self, until: datetime) -> None:
        self._idle.clear()
        pause = max(0.0, (until - self._clock.now()).total_seconds())
        waits = [asyncio.ensure_future(self._bell.wait()), asyncio.ensure_future(self._idle.wait())]
        try:
            await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _finish(self) -> None:
        running = [*self._steps.values(), *self._chores]
        if running:
            _, late = await asyncio.wait(running, timeout=_GRACE)
            for task in late:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*late, return_exceptions=True)
        await self._desk.written()

    # --- one step ---------------------------------------------------------------------------------------------

    async def _step(self, job_id: str) -> None:
        try:
            job = await self._desk.job(job_id)
            if job is None:
                return
            try:
                if await self._is_known(job):
                    await self._advance(job)
            except Moved:
                log.info("moved meanwhile", extra={"job": job_id})
                await self._desk.sweep(job_id)
            except Refusal as refusal:
                await self._refused(job, refusal)
            except TryLater as later:
                await self._later(job_id, later.seconds)
            await self._after(job_id)
        except Moved:
            self._plan(job_id, self._clock.now())
        except Exception as fault:
            await self._faulty(job_id, fault)

    async def _is_known(self, job: Job) -> bool:
        """Whether its owner knows of an order that is not paid yet. One that nobody was told of is taken back.

        The process that answered the command may have died between Discord's yes and our note of it, or before
        Discord said anything; while the interaction lives, Discord tells which.
        """
        if job.address.card_id is not None or job.state.paid:
            return True
        try:
            card_id = await self._messenger.find_card(job)
        except Unreachable:
            card_id = None
        if card_id is not None:
            await self._desk.placed(job.id, card_id=card_id)
            return False
        withdrawn = await self._desk.withdraw(job.id)
        if withdrawn is not None:
            await self._delivery.tell(withdrawn, Notice.WITHDRAWN)
        return False

    async def _advance(self, job: Job) -> None:
        """What the state asks for."""
        training = self._trainings[job.provider]
        painting = self._paintings[job.provider]
        match job.state:
            case JobState.GATHERING:
                job = await training.gather(job, shown=self._board.update)
                await self._advance(job)
            case JobState.QUEUED if isinstance(job.spec, TrainingSpec):
                await self._upload(training, await training.begin(job))
            case JobState.QUEUED:
                await self._paint(painting, job)
            case JobState.UPLOADING:
                await self._upload(training, job)
            case JobState.SUBMITTING | JobState.UNKNOWN_OUTCOME:
                await (training if isinstance(job.spec, TrainingSpec) else painting).find(job)
            case JobState.RUNNING:
                await self._follow(training if isinstance(job.spec, TrainingSpec) else painting, job)
            case JobState.FETCHING:
                await self._delivered(await painting.fetch(job))
            case JobState.DELIVERING:
                await self._delivery.deliver(job)
            case JobState.DONE | JobState.FAILED | JobState.CANCELLED | JobState.UNDELIVERABLE:
                await self._board.update(job)

    async def _upload(self, training: Training, job: Job) -> None:
        await self._board.update(job)
        job = await training.upload(job, shown=self._board.update)
        await self._board.update(job)
        try:
            await self._submit(training, job)
        except OutcomeUnknown:
            # it may be in the provider's list in a moment
            await self._desk.save(job, due_at=self._clock.now() + _SOON, progress=Progress(note="looking"))

    async def _submit(self, service: Training | Painting, job: Job) -> None:
        """Place the order. A clear no ends the job here, where it is known that nothing was ordered."""
        try:
            await service.submit(job)
        except (FrontRefused, OutcomeUnknown, ProviderDown, RateLimited):
            raise
        except Refusal as refusal:
            await self._fail(job, refusal)

    async def _paint(self, painting: Painting, job: Job) -> None:
        assert isinstance(job.spec, PaintingSpec)
        now = self._clock.now()
        ready = self._budgets[job.provider].order(
            (job.provider, job.owner_id), images=job.spec.count, now=now
        )
        if ready is not None:
            await self._desk.save(job, due_at=ready, progress=Progress(note="limited", ready_at=ready))
            return
        await self._submit(painting, await painting.begin(job))
        self._chore(painting.learn(job.owner_id))

    async def _follow(self, service: Training | Painting, job: Job) -> None:
        now = self._clock.now()
        ready = self._budgets[job.provider].question((job.provider, job.owner_id), now=now)
        if ready is not None:
            await self._desk.save(job, due_at=ready)
            return
        job = await service.follow(job)
        await self._mind_stuck(job)
        await self._delivered(job)

    async def _mind_stuck(self, job: Job) -> None:
        """Say once that a job waits unusually long at the provider; it is stuck no more once it is worked on."""
        if job.state is not JobState.RUNNING:
            return
        now = self._clock.now()
        after = STUCK_TRAINING if isinstance(job.spec, TrainingSpec) else STUCK_PAINTING
        waits = job.progress.note == "waiting" and now - (job.submitted_at or job.state_since) > after
        if waits and job.stuck_since is None:
            job = await self._desk.save(job, stuck_since=now)
            await self._delivery.tell(job, Notice.STUCK)
        elif job.stuck_since is not None and not waits:
            await self._desk.save(job, stuck_since=None)

    async def _delivered(self, job: Job) -> None:
        """What has just become ready goes on its way at once."""
        if job.state is JobState.DELIVERING:
            await self._delivery.deliver(job)

    # --- after a step -----------------------------------------------------------------------------------------

    async def _after(self, job_id: str) -> None:
        job = await self._desk.job(job_id)
        if job is None:
            return
        await self._board.update(job)
        if job.state.over:
            del self._failed_here[job_id]
        if job.state.over or job_id in self._due:
            return
        now = self._clock.now()
        if job.state is JobState.RUNNING and job.due_at <= now:
            self._plan(job_id, now + timedelta(seconds=next_look(job, now=now, chance=self._chance)))
        else:
            self._plan(job_id, max(job.due_at, now))

    async def _refused(self, started: Job, refusal: Refusal) -> None:
        """What a refusal means for the job, by its kind and by whether the job may have been paid for.

        What may have been paid for ends only by the provider's own word on the task; nothing else gives it up.
        """
        job = await self._desk.job(started.id)
        if job is None or job.state.over or started.state.over:
            log.info("refused when over", extra={"job": started.id, "refusal": refusal.code})
            await self._refused_when_over(started, refusal)
            return
        log.info("refused", extra={"job": job.id, "state": job.state.value, "refusal": refusal.code})
        now = self._clock.now()
        match refusal:
            case OutcomeUnknown():
                await self._unknown(job)
            case RateLimited():
                wait = refusal.retry_after or back_off(
                    job.attempts, chance=self._chance, first=4, longest=120
                )
                until = now + timedelta(seconds=wait)
                self._budgets[job.provider].hold((job.provider, job.owner_id), until=until)
                await self._again(job, until, "limited")
            case TaskLost() if now - (job.submitted_at or job.state_since) < _LOST_AFTER:
                await self._again(job, now + _SOON, job.progress.note)
            case ResultLost() if job.attempts < _FETCHES:
                await self._again(job, now + _SOON, job.progress.note)
            case TaskFailed() | TaskLost() | ResultLost() | ResultWithheld() if job.task_id is not None:
                await self._fail(job, refusal)
            case UploadRefused() if job.attempts >= _UPLOADS and not job.state.paid:
                await self._fail(job, refusal)
            case _ if isinstance(refusal, _PASSING):
                wait = back_off(job.attempts, chance=self._chance)
                await self._again(job, now + timedelta(seconds=wait), "down")
            case _ if not job.state.paid:
                await self._fail(job, refusal)
            case _ if isinstance(refusal, _KEY):
                await self._again(job, now + _KEY_AGAIN, "key")
            case _:
                await self._again(job, now + _ODD_AGAIN, "down")

    async def _refused_when_over(self, started: Job, refusal: Refusal) -> None:
        """A cancelled job leaves no files; a look for an unknown order that could not be made says so on the card."""
        if await self._desk.sweep(started.id) or started.state is not JobState.UNKNOWN_OUTCOME:
            return
        note = "key" if isinstance(refusal, _KEY) else "down"
        await self._desk.save(started, card_stale=True, progress=Progress(note=note))

    async def _fail(self, job: Job, refusal: Refusal) -> None:
        await self._loud(await self._desk.fail(job, refusal), Notice.FAILED)

    async def _unknown(self, job: Job) -> None:
        failure = OutcomeUnknown(provider=job.provider).to_facts()
        job = await self._desk.save(job, state=JobState.UNKNOWN_OUTCOME, failure=failure, progress=Progress())
        await self._loud(job, Notice.UNKNOWN)

    def _is_late(self, job: Job) -> bool:
        """After a failed try: beyond the state's deadline, and this process has tried more than once."""
        self._failed_here[job.id] += 1
        deadline = DEADLINES.get(job.state)
        since = job.created_at if job.state in (JobState.QUEUED, JobState.UPLOADING) else job.state_since
        late = deadline is not None and self._clock.now() - since >= deadline
        return late and self._failed_here[job.id] >= _TRIES

    async def _again(self, job: Job, due: datetime, note: str | None) -> None:
        if self._is_late(job):
            match job.state:
                case JobState.SUBMITTING:
                    await self._unknown(job)
                    return
                case JobState.GATHERING | JobState.QUEUED | JobState.UPLOADING:
                    await self._fail(job, TookTooLong(state=job.state))
                    return
                case _:
                    pass
        waits = note in ("limited", "down")
        progress = Progress(note=note, percent=job.progress.percent, ready_at=due if waits else None)
        await self._desk.save(job, attempts=job.attempts + 1, due_at=due, progress=progress)

    async def _later(self, job_id: str, seconds: float) -> None:
        job = await self._desk.job(job_id)
        if job is None or job.state.over:
            return
        if job.state is JobState.DELIVERING and self._is_late(job):
            await self._desk.save(job, state=JobState.UNDELIVERABLE)
            return
        wait = max(seconds, back_off(job.attempts - 2, chance=self._chance))
        await self._desk.save(job, due_at=self._clock.now() + timedelta(seconds=wait))

    async def _faulty(self, job_id: str, fault: Exception) -> None:
        """Our own fault: try again later, and give up in the end what was not paid for."""
        try:
            if await self._desk.sweep(job_id):
                log.info("cancelled meanwhile", extra={"job": job_id})  # it worked on files that are gone
                return
            log.error("a step failed", extra={"job": job_id}, exc_info=fault)
            job = await self._desk.job(job_id)
            if job is None or job.state.over:
                return
            if job.attempts >= _FAULTS and not job.state.paid:
                await self._desk.fail(job, Unexplained(reference=job_id))
            elif job.state is JobState.DELIVERING and self._is_late(job):
                await self._desk.save(job, state=JobState.UNDELIVERABLE)
            else:
                wait = back_off(job.attempts, chance=self._chance)
                due = self._clock.now() + timedelta(seconds=wait)
                await self._desk.save(job, attempts=job.attempts + 1, due_at=due)
            await self._after(job_id)
        except Exception:
            log.exception("a failed step could not be noted", extra={"job": job_id})
            self._plan(job_id, self._clock.now() + timedelta(seconds=30))

    async def _loud(self, job: Job, notice: Notice) -> None:
        if job.address.card_id is None or self._clock.now() - job.created_at > _WORTH_TELLING:
            await self._delivery.tell(job, notice)

    def _chore(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
