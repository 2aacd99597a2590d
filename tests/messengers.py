"""A `Messenger` that keeps what it was given, and closes its ways when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.jobs import Job, JobState
from bot.services.desk import JobView
from bot.services.enclosures import Enclosure
from bot.services.messenger import Notice, Receipt, TooLarge, Unreachable, Way


@dataclass(frozen=True, slots=True)
class Posted:
    """A result that was put before its owner."""

    job_id: str
    way: Way
    again: bool
    sizes: tuple[int, ...]


class Recorder:
    """Everything goes well, except `closed` ways, `most` bytes a message, and what `trouble` holds to be raised next.

    `losing` raises after a message was posted: the yes that is never heard.
    """

    def __init__(self) -> None:
        self.cards: list[tuple[str, JobState, str]] = []
        self.posted: list[Posted] = []
        self.tries: list[tuple[Way, bool]] = []
        self.told: list[tuple[str, Notice]] = []
        self.closed: set[Way] = set()
        self.cards_closed = False
        self.most: int | None = None
        self.trouble: list[Exception] = []
        self.losing: list[Exception] = []
        self.cards_trouble: list[Exception] = []
        self.shows = 0
        self.unnoted: dict[str, int] = {}
        self.looked_for: list[str] = []
        self._changed = asyncio.Event()

    def face(self, view: JobView) -> str:
        """What a card would show: the state, the percentage, what is waited for."""
        job = view.job
        return f"{job.state} {job.progress.percent} {job.progress.done} {job.progress.note}"

    async def find_card(self, job: Job) -> int | None:
        """The card that was put up and never noted."""
        self.looked_for.append(job.id)
        if self.trouble:
            raise self.trouble.pop(0)
        return self.unnoted.get(job.id)

    async def show(self, view: JobView) -> None:
        """Keep the card."""
        try:
            if self.cards_trouble:
                raise self.cards_trouble.pop(0)
            if self.cards_closed:
                raise Unreachable("the channel is gone")
            self.cards.append((view.job.id, view.job.state, self.face(view)))
        finally:
            self.shows += 1
            self._changed.set()

    async def deliver(self, view: JobView, files: Sequence[Enclosure], *, way: Way, again: bool) -> Receipt:
        """Keep the result, once a job when `again` looks first, as Discord would."""
        self.tries.append((way, again))
        if self.trouble:
            raise self.trouble.pop(0)
        if way in self.closed:
            raise Unreachable(f"{way} is closed")
        sizes = tuple(file.path.stat().st_size for file in files)
        if self.most is not None and any(size > self.most for size in sizes):
            raise TooLarge
        there = [number for number, post in enumerate(self.posted) if post.job_id == view.job.id]
        if not (again and there):
            self.posted.append(Posted(view.job.id, way, again, sizes))
            there = [len(self.posted) - 1]
        if self.losing:
            raise self.losing.pop(0)
        return Receipt(channel_id=1, message_id=1000 + there[0])

    async def tell(self, view: JobView, notice: Notice) -> None:
        """Keep the notice."""
        if Way.DIRECT in self.closed:
            raise Unreachable("private messages are closed")
        self.told.append((view.job.id, notice))

    async def tried(self, *, within: float = 5.0) -> None:
        """Wait until a card was shown or refused, from the beginning."""
        async with asyncio.timeout(within):
            while not self.shows:
                self._changed.clear()
                await self._changed.wait()

    async def shown(self, count: int, *, within: float = 5.0) -> None:
        """Wait until so many cards were shown."""
        async with asyncio.timeout(within):
            while len(self.cards) < count:
                self._changed.clear()
                await self._changed.wait()
