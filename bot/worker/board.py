"""The board of cards: each job's card is kept true, edited at most every five seconds and only when it would change."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
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
    job: Job
    due: datetime
    face: str | None = None
    dirty: bool = True
    busy: bool = False


class Board:
    """Give it every new version of a job; it shows the latest one when it may."""

    def __init__(self, messenger: Messenger, *, desk: Desk, clock: Clock) -> None:
        self._messenger = messenger
        self._desk = desk
        self._clock = clock
        self._cards: dict[str, _Card] = {}
        self._changed = asyncio.Event()
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._begin = clock.now() + EVERY  # a process before this one may have edited a card just now

    async def update(self, job: Job) -> None:
        """The job has changed. Returns at once; the card follows."""
        if job.address.card_id is None:
            return
        if job.state.over and not job.card_stale:
            self._cards.pop(job.id, None)
            return
        card = self._cards.get(job.id)
        if card is None:
            self._cards[job.id] = _Card(job, max(self._begin, self._clock.now()))
        elif job.version >= card.job.version:
            card.job, card.dirty = job, True
        self._changed.set()

    async def run(self) -> None:
        """Show what is due, for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._changed.clear()
                now = self._clock.now()
                self._forget(now)
                waiting = [card for card in self._cards.values() if card.dirty and not card.busy]
                for card in waiting:
                    if card.due <= now:
                        card.busy, card.dirty = True, False
                        group.create_task(self._show(card))
                later = [card.due for card in waiting if not card.busy]
                pause = (min(later) - now).total_seconds() if later else None
                try:
                    await asyncio.wait_for(self._changed.wait(), pause)
                except TimeoutError:
                    continue

    async def _show(self, card: _Card) -> None:
        job = card.job
        try:
            async with self._gate:
                await self._shown(card, job)
        except TryLater as later:
            card.due, card.dirty = self._clock.now() + max(EVERY, timedelta(seconds=later.seconds)), True
        except Exception:
            log.exception("a card could not be shown", extra={"job": job.id})
            card.due, card.dirty = self._clock.now() + 12 * EVERY, True
        finally:
            card.busy = False
            self._changed.set()

    async def _shown(self, card: _Card, job: Job) -> None:
        view = await self._desk.look(job)
        face = self._messenger.face(view)
        if face != card.face:
            try:
                await self._messenger.show(view)
            except Unreachable as reason:
                log.info("card out of reach", extra={"job": job.id, "reason": str(reason)})
                await self._told(view)
            card.face = face
            card.due = self._clock.now() + EVERY
        if job.state.over:
            await self._desk.card_shown(job)

    def _forget(self, now: datetime) -> None:
        """Cards of jobs that are over, once they could be edited again."""
        self._cards = {
            job_id: card
            for job_id, card in self._cards.items()
            if card.dirty or card.busy or card.due > now or not card.job.state.over
        }

    async def _told(self, view: JobView) -> None:
        """A job that came to nothing is not kept from its owner because its card is gone."""
        notice = {JobState.FAILED: Notice.FAILED, JobState.UNKNOWN_OUTCOME: Notice.UNKNOWN}.get(
            view.job.state
        )
        if notice is not None:
            with contextlib.suppress(Unreachable):
                await self._messenger.tell(view, notice)
