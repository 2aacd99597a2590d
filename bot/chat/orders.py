"""What every command that orders something has in common."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TypeVar

import aiohttp
import discord

from bot.chat.answers import Answer
from bot.chat.cards import job_card
from bot.domain.errors import NotYours, UnknownJob
from bot.domain.jobs import Job
from bot.services.desk import Desk

log = logging.getLogger(__name__)

T = TypeVar("T")


async def put_up(answer: Answer, job: Job, *, desk: Desk) -> None:
    """Show a stored job's card and let the worker begin.

    A job whose card Discord refuses is taken back. Where it is not known whether the card is up, the worker asks
    Discord in a moment and goes on or takes the job back; saying that it failed would make the person order twice.
    """
    try:
        card_id = await answer.show(job_card(await desk.look(job)))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
        if isinstance(failure, discord.HTTPException) and failure.status < 500:
            await desk.withdraw(job.id)
            raise
        log.warning("a card may be up or not", extra={"job": job.id, "trouble": type(failure).__name__})
    else:
        await desk.placed(job.id, card_id=card_id)


async def own(work: Awaitable[T]) -> T:
    """On a button, a job that is not the person's is somebody else's. Errors: `NotYours` for `UnknownJob`."""
    try:
        return await work
    except UnknownJob:
        raise NotYours() from None
