"""Cards, results and notices on Discord: by channel and message id with the bot's own token, or by the ways left."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
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

_LOOK_BACK: Final = 50
_TOO_LARGE: Final = 40005
_TOKEN_DIED: Final = 50027
_AGAIN: Final = 10.0
_REFUSED_AGAIN: Final = 300.0


class DiscordMessenger:
    """The `Messenger` of production."""

    def __init__(self, client: discord.Client, *, tokens: Tokens) -> None:
        self._client = client
        self._tokens = tokens

    def face(self, view: JobView) -> str:
        """The card's components as JSON."""
        return json.dumps(job_card(view).to_components())  # type: ignore[no-untyped-call]

    async def show(self, view: JobView) -> None:
        """Edit the card, with the bot's token where it may, else with the interaction's."""
        job = view.job
        card_id = job.address.card_id
        if card_id is None or (job.state is JobState.DONE and job.delivered_message_id == card_id):
            return
        if job.address.reach is Reach.CHANNEL:
            with contextlib.suppress(Unreachable):
                async with _translated():
                    message = self._channel(job.address.channel_id).get_partial_message(card_id)
                    await message.edit(view=job_card(view))
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
                await self._edit_original(view.job, card, _opened(named))
                return Receipt(view.job.address.channel_id, view.job.address.card_id or 0)

    async def tell(self, view: JobView, notice: Notice) -> None:
        """A short message in the channel, or to the owner where that is closed."""
        job = view.job
        nonce = f"{notice.value[0]}{job.id}"
        channels = [job.address.channel_id] if job.address.reach is Reach.CHANNEL else []
        for channel_id in channels:
            with contextlib.suppress(Unreachable):
                await self._send(
                    channel_id, notice_card(view, notice), nonce=nonce, reply_to=job.address.card_id
                )
                return
        await self._send(await self._direct(job.owner_id), notice_card(view, notice), nonce=nonce)

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
            reply_to=job.address.card_id if here else None,
            files=_opened(named),
        )
        return Receipt(channel_id, message.id)

    async def _posted(self, job: Job, channel_id: int) -> int | None:
        """A result of this job among the channel's recent messages: its mark on a message that is not the card."""
        me = self._client.user
        try:
            async with _translated():
                async for message in self._channel(channel_id).history(limit=_LOOK_BACK):
                    ours = me is not None and message.author.id == me.id
                    if ours and message.id != job.address.card_id and mark(job.id) in _text(message):
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
        files: Sequence[discord.File] = (),
    ) -> discord.Message:
        options: dict[str, Any] = {}
        if reply_to is not None:
            options["reference"] = discord.MessageReference(
                message_id=reply_to, channel_id=channel_id, fail_if_not_exists=False
            )
        async with _translated():
            return await self._channel(channel_id).send(
                view=card, files=list(files), nonce=nonce, mention_author=False, **options
            )

    async def _direct(self, user_id: int) -> int:
        async with _translated():
            channel = await self._client.create_dm(discord.Object(user_id))
        return channel.id

    async def _edit_original(self, job: Job, card: Card, files: Sequence[discord.File] | None = None) -> None:
        token = self._tokens.open(job.address)
        application_id = self._client.application_id
        if token is None or application_id is None or job.address.card_id is None:
            raise Unreachable("the interaction is over")
        webhook = discord.Webhook.partial(application_id, token, client=self._client, bot_token=None)
        options: dict[str, Any] = {} if files is None else {"attachments": list(files)}
        async with _translated():
            await webhook.edit_message(cast("int", "@original"), view=card, **options)

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
        raise Unreachable(f"{error.status}/{error.code}") from None
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
