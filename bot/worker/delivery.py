"""Delivery: a step of its own between a result and its owner, once in the eyes of the person.

A try is counted before it is made, so that a try after a crash knows to look whether the first one came through.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final

from bot.domain.jobs import Job, JobState, Reach
from bot.services.desk import Desk, JobView
from bot.services.messenger import Messenger, Notice, Receipt, TooLarge, TryLater, Unreachable, Way
from bot.worker.board import Board

log = logging.getLogger(__name__)

FILE_LIMIT: Final = 10 * 1024 * 1024
"""What a message of the bot's own may hold per file without a boosted server (discord-platform §7)."""
_SHRINKS: Final = 4


class Delivery:
    """Brings results to people, by the first way that is open."""

    def __init__(self, messenger: Messenger, *, desk: Desk, board: Board) -> None:
        self._messenger = messenger
        self._desk = desk
        self._board = board

    async def deliver(self, job: Job) -> Job:
        """Try every way in turn; done, or undeliverable with everything kept. Errors: `TryLater`."""
        again = job.attempts > 0
        job = await self._desk.save(job, attempts=job.attempts + 1)
        view = await self._desk.look(job)
        for way in self._ways(job):
            try:
                return await self._delivered(way, view, again=again)
            except Unreachable as reason:
                log.info("way closed", extra={"job": job.id, "way": way.value, "reason": str(reason)})
        log.warning("undeliverable", extra={"job": job.id})
        return await self._desk.save(job, state=JobState.UNDELIVERABLE)

    async def _delivered(self, way: Way, view: JobView, *, again: bool) -> Job:
        """By one way, and noted. Where the card itself becomes the result, the board must not write over it."""
        async with AsyncExitStack() as stack:
            if way is Way.TOKEN:
                await stack.enter_async_context(self._board.held(view.job.id))
            receipt = await self._by(way, view, again=again)
            log.info("delivered", extra={"job": view.job.id, "way": way.value})
            return await self._desk.save(
                view.job,
                state=JobState.DONE,
                delivered_channel_id=receipt.channel_id,
                delivered_message_id=receipt.message_id,
            )

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
        limit = view.job.address.attachment_limit if way is Way.TOKEN else FILE_LIMIT
        for _ in range(_SHRINKS):
            files = await self._desk.enclosed(view, limit=limit)
            try:
                return await self._messenger.deliver(view, files, way=way, again=again)
            except TooLarge:
                limit //= 2
        raise Unreachable("the pictures are too large for it")
