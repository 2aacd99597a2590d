"""What every command that orders something has in common."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from bot.chat.answers import Answer
from bot.chat.cards import job_card
from bot.domain.errors import NotYours, UnknownJob
from bot.domain.jobs import Job
from bot.services.desk import Desk

T = TypeVar("T")


async def put_up(answer: Answer, job: Job, *, desk: Desk) -> None:
    """Show a stored job's card and let the worker begin. A job whose owner cannot be told of it is taken back."""
    try:
        card_id = await answer.show(job_card(await desk.look(job)))
    except Exception:
        await desk.withdraw(job.id)
        raise
    await desk.placed(job.id, card_id=card_id)


async def own(work: Awaitable[T]) -> T:
    """On a button, a job that is not the person's is somebody else's. Errors: `NotYours` for `UnknownJob`."""
    try:
        return await work
    except UnknownJob:
        raise NotYours() from None
