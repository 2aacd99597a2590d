"""Delivery: a step of its own between a result and its owner, once in the eyes of the person.

A try is counted before it is made, so that a try after a crash knows to look whether the first one came through.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from bot.domain.jobs import Job, JobState, Reach
from bot.services.desk import Desk, JobView
from bot.services.messenger import Messenger, Notice, Receipt, TooLarge, TryLater, Unreachable, Way

log = logging.getLogger(__name__)

_MIB: Final = 1024 * 1024
FILE_LIMIT: Final = 10 * _MIB
"""What a message of the bot's own may hold per file without a boosted server (discord-platform §7)."""
MESSAGE_LIMIT: Final = 24 * _MIB
_SHRINKS: Final = 4


class Delivery:
    """Brings results to people, by the first way that is open."""

    def __init__(self, messenger: Messenger, *, desk: Desk) -> None:
        self._messenger = messenger
        self._desk = desk

    async def deliver(self, job: Job) -> Job:
        """Try every way in turn; done, or undeliverable with everything kept. Errors: `TryLater`."""
        again = job.attempts > 0
        job = await self._desk.save(job, attempts=job.attempts + 1)
        view = await self._desk.look(job)
        for way in self._ways(job):
            try:
                receipt = await self._by(way, view, again=again)
            except Unreachable as reason:
                log.info("way closed", extra={"job": job.id, "way": way.value, "reason": str(reason)})
                continue
            log.info("delivered", extra={"job": job.id, "way": way.value})
            return await self._desk.save(
                job,
                state=JobState.DONE,
                delivered_channel_id=receipt.channel_id,
                delivered_message_id=receipt.message_id,
            )
        log.warning("undeliverable", extra={"job": job.id})
        return await self._desk.save(job, state=JobState.UNDELIVERABLE)

    async def tell(self, job: Job, notice: Notice) -> None:
        """A notice, as well as it goes."""
        try:
            await self._messenger.tell(await self._desk.look(job), notice)
        except (Unreachable, TryLater) as reason:
            log.info("not told", extra={"job": job.id, "notice": notice.value, "reason": str(reason)})

    def _ways(self, job: Job) -> Sequence[Way]:
        if job.address.reach is Reach.CHANNEL:
            return (Way.CHANNEL, Way.TOKEN, Way.DIRECT)
        return (Way.TOKEN, Way.DIRECT)

    async def _by(self, way: Way, view: JobView, *, again: bool) -> Receipt:
        kept = sum(painted.path is not None for painted in view.painted)
        limit = view.job.address.attachment_limit if way is Way.TOKEN else FILE_LIMIT
        limit = min(limit, MESSAGE_LIMIT // max(1, kept))
        for _ in range(_SHRINKS):
            files = await self._desk.enclosed(view, limit=limit)
            try:
                return await self._messenger.deliver(view, files, way=way, again=again)
            except TooLarge:
                limit //= 2
        raise Unreachable("the pictures are too large for it")
