"""Answering an interaction: within three seconds, once, and with a sentence when something went wrong."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

import discord

from bot.chat.cards import Card, note
from bot.chat.places import Press
from bot.chat.sentences import explain
from bot.domain.errors import Refusal, Unexplained
from bot.services.desk import Repeated

log = logging.getLogger(__name__)

_PATIENCE: Final = 1.8
"""Seconds of work before the person is shown that it goes on; Discord gives up after three (discord-platform §5)."""
_ANSWERED: Final = 40060
_THINKING: Final = (discord.InteractionResponseType.deferred_channel_message,)
_TROUBLE: Final = discord.Colour(0xFAA61A)


class Answer:
    """One answer to one interaction, as an `async with` around the work that leads to it.

    Quick work is answered at once, so that a refusal can be for the person's eyes only. Slow work shows "thinking…"
    first. An exception becomes its sentence through `report`; the block never raises one of ours further.
    """

    def __init__(self, interaction: Press, *, private: bool = False) -> None:
        self._interaction = interaction
        self._private = private
        self._lock = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._timer = asyncio.create_task(self._think())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        assert self._timer is not None
        async with self._lock:  # never in the middle of a defer, whose outcome would then be unknown
            self._timer.cancel()
        with contextlib.suppress(asyncio.CancelledError, discord.HTTPException):
            await self._timer
        if not isinstance(error, Exception):
            return False
        if isinstance(error, Repeated):
            log.info("an event came twice", extra={"interaction": self._interaction.id})
            return True
        await report(self._interaction, error)
        return True

    async def show(self, card: Card, *, files: Sequence[discord.File] = ()) -> int:
        """Answer with a card; the id of the message that shows it, or 0 where Discord does not tell.

        The files are closed afterwards.
        """
        async with self._lock, contextlib.AsyncExitStack() as stack:
            for file in files:
                # the library closes those of a first answer only when it is collected
                stack.callback(file.close)
            if not self._interaction.response.is_done():
                try:
                    response = await self._interaction.response.send_message(
                        view=card, files=files, ephemeral=self._private
                    )
                except discord.HTTPException as refusal:
                    if refusal.code != _ANSWERED:
                        raise
                    # an earlier try came through although Discord answered an error
                    for file in files:
                        file.reset()
                else:
                    return response.message_id or await self._id_of(response.resource)
            message = await self._interaction.edit_original_response(view=card, attachments=files)
            return message.id

    async def _id_of(self, resource: object) -> int:
        """The id of an answer that came without it: from what it created, else by asking for it."""
        if isinstance(resource, discord.InteractionMessage):
            return resource.id
        try:
            return (await self._interaction.original_response()).id
        except discord.HTTPException:
            return 0

    async def replace(self, card: Card) -> bool:
        """Answer a press by changing the message that was pressed; whether that was still possible."""
        async with self._lock:
            if self._interaction.response.is_done():
                await self._interaction.followup.send(view=card, ephemeral=True)
                return False
            await self._interaction.response.edit_message(view=card)
            return True

    async def _think(self) -> None:
        await asyncio.sleep(_PATIENCE)
        async with self._lock:
            if not self._interaction.response.is_done():
                await self._interaction.response.defer(ephemeral=self._private, thinking=True)


async def report(interaction: Press, error: Exception) -> None:
    """The only way out for what goes wrong: a sentence for the person, and for the log what it needs."""
    if not isinstance(error, Refusal):
        reference = secrets.token_hex(4)
        log.error("unexpected", exc_info=error, extra={"reference": reference})
        error = Unexplained(reference=reference)
    else:
        log.info("refused", extra={"refusal": error.code})
    card = note(explain(error), colour=_TROUBLE)
    try:
        if not interaction.response.is_done():
            await _first(interaction, card)
        elif interaction.response.type in _THINKING:
            await interaction.edit_original_response(view=card)
        else:
            await interaction.followup.send(view=card, ephemeral=True)
    except discord.HTTPException as failure:
        log.warning("a refusal could not be told", extra={"code": failure.code, "status": failure.status})


async def _first(interaction: Press, card: Card) -> None:
    """A first answer for one pair of eyes; a follow-up where an earlier answer came through unnoticed."""
    try:
        await interaction.response.send_message(view=card, ephemeral=True)
    except discord.HTTPException as refusal:
        if refusal.code != _ANSWERED:
            raise
        await interaction.followup.send(view=card, ephemeral=True)
