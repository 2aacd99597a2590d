"""Cards, results and notices on Discord: by channel and message id with the bot's own token, or by the ways left."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast

import aiohttp
import discord

from bot.chat.cards import Card, file_name, job_card, notice_card, result_card
from bot.chat.verbs import mark
from bot.domain.jobs import Job, JobState, Reach
from bot.services.desk import JobView
from bot.services.enclosures import Enclosure
from bot.services.messenger import Notice, Receipt, TooLarge, TryLater, Unreachable, Way
from bot.services.tokens import Tokens

log = logging.getLogger(__name__)

_LOOK_THROUGH: Final = 200
_BEFORE: Final = timedelta(minutes=2)
"""How far Discord's clock may be behind ours."""
_ORIGINAL: Final = cast("int", "@original")
"""Goes into the address in the place of a message's id."""
_CANNOT_REPLY: Final = 160002
_NO_ACCESS: Final = frozenset({10003, 50001, 50013})
_CLOSED_FOR: Final = 600.0
"""Seconds for which the cards of a closed channel are not tried with the bot's token: 403s are counted against it."""
_TOO_LARGE: Final = 40005
_TOKEN_DIED: Final = 50027
_AGAIN: Final = 2.0
_REFUSED_AGAIN: Final = 300.0


class DiscordMessenger:
    """The `Messenger` of production."""

    def __init__(self, client: discord.Client, *, tokens: Tokens) -> None:
        self._client = client
        self._tokens = tokens
        self._closed: dict[int, float] = {}

    def face(self, view: JobView) -> str:
        """The card's components as JSON."""
        return json.dumps(job_card(view).to_components())  # type: ignore[no-untyped-call]

    async def find_card(self, job: Job) -> int | None:
        """Ask for the interaction's own answer, while its token lives."""
        webhook = self._webhook(job)
        try:
            async with _translated():
                return (await webhook.fetch_message(_ORIGINAL)).id
        except Unreachable:
            return None

    async def show(self, view: JobView) -> None:
        """Edit the card, with the bot's token where it may, else with the interaction's."""
        job = view.job
        card_id = job.address.card_id
        if card_id is None or (job.state is JobState.DONE and job.delivered_message_id == card_id):
            return
        channel_id = job.address.channel_id
        if card_id and job.address.reach is Reach.CHANNEL and not self._is_closed(channel_id):
            try:
                async with _translated():
                    # Without a content the library leaves the client's own choice out of an edit.
                    await (
                        self._channel(channel_id)
                        .get_partial_message(card_id)
                        .edit(view=job_card(view), allowed_mentions=discord.AllowedMentions.none())
                    )
            except Unreachable as refusal:
                if refusal.code in _NO_ACCESS:
                    self._closed[channel_id] = time.monotonic() + _CLOSED_FOR
            else:
                return
        await self._edit_original(job, job_card(view))

    async def deliver(self, view: JobView, files: Sequence[Enclosure], *, way: Way, again: bool) -> Receipt:
        """Post the result, once: by a nonce, and by looking for its mark when an earlier try may have come through."""
        named = attachments(view.job, files)
        card = result_card(view, list(named))
        match way:
            case Way.CHANNEL:
                return await self._post(view.job, view.job.address.channel_id, card, named, again=again)
            case Way.DIRECT:
                channel_id = await self._direct(view.job.owner_id)
                return await self._post(view.job, channel_id, card, named, again=again)
            case Way.TOKEN:
                await self._edit_original(view.job, card, named)
                return Receipt(view.job.address.channel_id, view.job.address.card_id or 0)

    async def tell(self, view: JobView, notice: Notice) -> None:
        """A short message in the channel, or to the owner where that is closed."""
        job = view.job
        nonce = f"{notice.value[0]}{job.id}"
        card = notice_card(view, notice)
        if job.address.reach is Reach.CHANNEL:
            with contextlib.suppress(Unreachable):
                await self._send(
                    job.address.channel_id, card, nonce=nonce, reply_to=job.address.card_id or None
                )
                return
        await self._send(await self._direct(job.owner_id), card, nonce=nonce)

    # ----------------------------------------------------------------------------------------------------------

    async def _post(
        self,
        job: Job,
        channel_id: int,
        card: Card,
        named: Mapping[str, Path],
        *,
        again: bool,
    ) -> Receipt:
        if again:
            found = await self._posted(job, channel_id)
            if found is not None:
                return Receipt(channel_id, found)
        here = channel_id == job.address.channel_id
        message = await self._send(
            channel_id,
            card,
            nonce=f"r{job.id}",
            reply_to=(job.address.card_id or None) if here else None,
            named=named,
        )
        return Receipt(channel_id, message.id)

    async def _posted(self, job: Job, channel_id: int) -> int | None:
        """The result of this job among what was posted since it was finished, known by its mark."""
        me = self._client.user
        since = job.state_since - _BEFORE
        try:
            async with _translated():
                async for message in self._channel(channel_id).history(
                    limit=_LOOK_THROUGH, after=since, oldest_first=False
                ):
                    if me is not None and message.author.id == me.id and mark(job.id) in _text(message):
                        return message.id
        except Unreachable:
            return None  # it may not read here; the nonce still holds for some minutes
        return None

    async def _send(
        self,
        channel_id: int,
        card: Card,
        *,
        nonce: str,
        reply_to: int | None = None,
        named: Mapping[str, Path] | None = None,
    ) -> discord.Message:
        options: dict[str, Any] = {}
        if reply_to is not None:
            options["reference"] = discord.MessageReference(
                message_id=reply_to, channel_id=channel_id, fail_if_not_exists=False
            )
        files = _opened(named or {})
        try:
            async with _translated():
                return await self._channel(channel_id).send(
                    view=card, files=files, nonce=nonce, mention_author=False, **options
                )
        except Unreachable as refusal:
            if refusal.code != _CANNOT_REPLY or reply_to is None:
                raise
        return await self._send(channel_id, card, nonce=nonce, named=named)

    async def _direct(self, user_id: int) -> int:
        async with _translated():
            channel = await self._client.create_dm(discord.Object(user_id))
        return channel.id

    async def _edit_original(self, job: Job, card: Card, named: Mapping[str, Path] | None = None) -> None:
        webhook = self._webhook(job)
        options: dict[str, Any] = {} if named is None else {"attachments": _opened(named)}
        async with _translated():
            await webhook.edit_message(_ORIGINAL, view=card, **options)

    def _webhook(self, job: Job) -> discord.Webhook:
        """The interaction as discord.py writes to it. Errors: `Unreachable` when its token has died."""
        token = self._tokens.open(job.address)
        application_id = self._client.application_id
        if token is None or application_id is None:
            raise Unreachable("the interaction is over")
        return discord.Webhook.partial(application_id, token, client=self._client, bot_token=None)

    def _is_closed(self, channel_id: int) -> bool:
        until = self._closed.get(channel_id)
        if until is not None and time.monotonic() >= until:
            del self._closed[channel_id]
        return channel_id in self._closed

    def _channel(self, channel_id: int) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel_id)


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Discord's refusals as the worker understands them (discord-platform, error codes)."""
    try:
        yield
    except discord.HTTPException as error:
        if error.status == 413 or error.code == _TOO_LARGE:
            raise TooLarge() from None
        if error.status == 429 or error.status >= 500:
            raise TryLater(_AGAIN) from None
        if error.status == 401 and error.code != _TOKEN_DIED:
            raise TryLater(_REFUSED_AGAIN) from None
        # the interaction's token has died; 403; 404; and 400 for what this place does not take
        if error.status == 400:
            log.error("Discord refuses what we send", extra={"code": error.code, "text": error.text[:300]})
        raise Unreachable(f"{error.status}/{error.code}", code=error.code) from None
    except discord.RateLimited as limit:
        raise TryLater(limit.retry_after) from None
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise TryLater(_AGAIN) from None


def attachments(job: Job, files: Sequence[Enclosure]) -> dict[str, Path]:
    """The files of a message by the names that they are posted under."""
    return {file_name(job, file.position, file.extension): file.path for file in files}


def _opened(named: Mapping[str, Path]) -> list[discord.File]:
    return [discord.File(path, filename=name) for name, path in named.items()]


def _text(message: discord.Message) -> str:
    """Every text display of a message."""
    found: list[str] = [message.content]
    pending: list[Any] = list(message.components)
    while pending:
        component = pending.pop()
        found.append(str(getattr(component, "content", "")))
        pending.extend(getattr(component, "children", ()))
        pending.extend(getattr(component, "components", ()))
    return "\n".join(found)
