"""The board of cards: each job's card is kept true, edited at most every five seconds and only when it would change."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.jobs import Job, JobState
from bot.services.desk import Desk, JobView
from bot.services.messenger import Messenger, Notice, TryLater, Unreachable

log = logging.getLogger(__name__)

EVERY: Final = timedelta(seconds=5)
_AT_ONCE: Final = 16


@dataclass(slots=True)
class _Card:
    """What is known of a card: when it may next be edited, what it shows, whose turn it is to write to it."""

    due: datetime
    over: bool = False
    awaited: bool = False
    """A result is about to take its place: nothing else is shown before."""
    face: str | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Board:
    """Tell it of every change of a job; it shows how the job stands by the time it may."""

    def __init__(self, messenger: Messenger, *, desk: Desk, clock: Clock) -> None:
        self._messenger = messenger
        self._desk = desk
        self._clock = clock
        self._cards: dict[str, _Card] = {}
        self._waiting: set[str] = set()
        self._under_way: set[str] = set()
        self._changed = asyncio.Event()
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._began = clock.now()

    async def update(self, job: Job) -> None:
        """The job has changed. Returns at once; the card follows."""
        if job.address.card_id is None:
            return
        card = self._card(job.id, new=job.created_at >= self._began)
        card.over = job.state.over
        card.awaited = card.awaited and job.state is JobState.DELIVERING
        if job.card_stale or not job.state.over:
            self._waiting.add(job.id)
            self._changed.set()

    @asynccontextmanager
    async def held(self, job_id: str) -> AsyncIterator[None]:
        """Keep the board from a card while somebody else writes to its message; an edit under way is waited for.

        Errors: `TryLater` when the card was edited just now.
        """
        card = self._card(job_id)
        async with card.turn:
            early = (self._due(job_id) - self._clock.now()).total_seconds()
            card.awaited = early > 0
            if card.awaited:
                raise TryLater(early)
            yield

    async def run(self) -> None:
        """Show what is due, for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._changed.clear()
                now = self._clock.now()
                self._forget(now)
                for job_id in [job_id for job_id in self._ready() if self._due(job_id) <= now]:
                    self._waiting.discard(job_id)
                    self._under_way.add(job_id)
                    group.create_task(self._show(job_id))
                later = [self._due(job_id) for job_id in self._ready()]
                pause = (min(later) - now).total_seconds() if later else None
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):  # `wait_for` of Python 3.11 may swallow a cancellation
                        await self._changed.wait()

    def _due(self, job_id: str) -> datetime:
        """When a card may next be edited: five seconds after the last edit, the one by a press included."""
        pressed = self._desk.redrawn_at(job_id)
        due = self._card(job_id).due
        return due if pressed is None else max(due, pressed + EVERY)

    def _ready(self) -> list[str]:
        """Cards that wait for nothing but their time."""
        return [job_id for job_id in self._waiting - self._under_way if not self._card(job_id).awaited]

    def _card(self, job_id: str, *, new: bool = False) -> _Card:
        """The card, known from now on. One that is not new may have been edited just now by a process before this."""
        card = self._cards.get(job_id)
        if card is None:
            now = self._clock.now()
            card = self._cards[job_id] = _Card(now if new else max(now, self._began + EVERY))
        return card

    async def _show(self, job_id: str) -> None:
        card = self._card(job_id)
        try:
            async with card.turn, self._gate:
                await self._shown(card, job_id)
        except TryLater as later:
            card.due = self._clock.now() + max(EVERY, timedelta(seconds=later.seconds))
            self._waiting.add(job_id)
        except Exception:
            log.exception("a card could not be shown", extra={"job": job_id})
            card.due = self._clock.now() + 12 * EVERY
            self._waiting.add(job_id)
        finally:
            self._under_way.discard(job_id)
            self._changed.set()

    async def _shown(self, card: _Card, job_id: str) -> None:
        job = await self._desk.job(job_id)
        if job is None:
            return
        view = await self._desk.look(job)
        face = self._messenger.face(view)
        if face != card.face:
            try:
                await self._messenger.show(view)
            except Unreachable as reason:
                log.info("card out of reach", extra={"job": job_id, "reason": str(reason)})
                await self._told(view)
            card.face = face
            card.due = self._clock.now() + EVERY
        if job.state.over:
            await self._desk.card_shown(job)

    def _forget(self, now: datetime) -> None:
        """Cards of jobs that are over, once they could be edited again."""
        gone = [
            job_id
            for job_id, card in self._cards.items()
            if card.over and card.due <= now and job_id not in self._waiting | self._under_way
        ]
        for job_id in gone:
            if not self._cards[job_id].turn.locked():
                del self._cards[job_id]

    async def _told(self, view: JobView) -> None:
        """A job that came to nothing is not kept from its owner because its card is gone."""
        notice = {JobState.FAILED: Notice.FAILED, JobState.UNKNOWN_OUTCOME: Notice.UNKNOWN}.get(
            view.job.state
        )
        if notice is not None:
            with contextlib.suppress(Unreachable):
                await self._messenger.tell(view, notice)
