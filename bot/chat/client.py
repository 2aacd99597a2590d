"""The client: which Discord it speaks to, its command tree, and the way from a press or a form to who answers it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.chat.answers import report
from bot.chat.cards import note
from bot.chat.places import Press
from bot.chat.verbs import Pressed, Submitted, Verb, pressed, submitted

log = logging.getLogger(__name__)

T = TypeVar("T")

PressHandler = Callable[[Press, str], Awaitable[None]]
FormHandler = Callable[[Press, Submitted], Awaitable[None]]
Remember = Callable[[str, str | None], Awaitable[str | None]]
"""Reads a note by name, or writes it when a value is given."""

_REMEMBERED: Final = 10_000
_START_AGAIN: Final = (2.0, 5.0, 10.0, 20.0, 40.0, 60.0)


class Tree(app_commands.CommandTree["Easel"]):
    """The commands, everywhere: in servers, private messages, and as a user-installed app."""

    async def interaction_check(self, interaction: Press, /) -> bool:
        """A command that was delivered twice is carried out once."""
        client: Easel = interaction.client
        return client.is_new(interaction)

    async def on_error(self, interaction: Press, error: app_commands.AppCommandError, /) -> None:
        """Whatever a command raises ends in a sentence."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        if interaction.type is discord.InteractionType.autocomplete:
            log.warning("autocomplete failed", exc_info=cause)
            return
        await report(interaction, cause)


class Easel(commands.AutoShardedBot):
    """discord.py's client with our routing. It asks for no intent: interactions need none (discord-platform §9)."""

    def __init__(
        self,
        *,
        remember: Remember,
        api_url: str,
        gateway_url: str | None = None,
        shard_ids: Sequence[int] | None = None,
        shard_count: int | None = None,
        sync: bool = True,
    ) -> None:
        # The library holds its addresses as class attributes; this process speaks to one Discord only.
        Route.BASE = api_url.rstrip("/")
        shards: Any = {} if shard_ids is None else {"shard_ids": list(shard_ids)}
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            shard_count=shard_count,
            **shards,
        )
        self._remember = remember
        self._gateway_url = gateway_url
        self._sync = sync
        self._presses: dict[Verb, PressHandler] = {}
        self._forms: dict[str, FormHandler] = {}
        self.logged_in = asyncio.Event()
        self._taken: OrderedDict[int, None] = OrderedDict()

    # --- routing ----------------------------------------------------------------------------------------------

    def on_press(self, verb: Verb, handler: PressHandler) -> None:
        """Who answers a button of this verb."""
        self._presses[verb] = handler

    def on_form(self, kind: str, handler: FormHandler) -> None:
        """Who answers a form of this kind."""
        self._forms[kind] = handler

    def is_new(self, interaction: Press) -> bool:
        """Whether this is its first delivery: the gateway may send an event twice (discord-platform §7)."""
        new = interaction.id not in self._taken
        self._taken[interaction.id] = None
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)
        return new

    async def on_interaction(self, interaction: Press) -> None:
        """Presses and forms by their custom id, whichever process put them up."""
        data: Any = interaction.data or {}
        kind = interaction.type
        if kind not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            return
        try:
            if not self.is_new(interaction):
                log.info("delivered twice", extra={"interaction": interaction.id})
            elif kind is discord.InteractionType.component:
                await self._press(interaction, pressed(data.get("custom_id", "")))
            else:
                await self._form(interaction, submitted(data.get("custom_id", ""), data.get("components")))
        except Exception as error:
            await report(interaction, error)

    async def _press(self, interaction: Press, button: Pressed | None) -> None:
        if button is None:
            await self._outdated(interaction)
        else:
            await self._presses[button.verb](interaction, button.job_id)

    async def _form(self, interaction: Press, form: Submitted | None) -> None:
        handler = None if form is None else self._forms.get(form.kind)
        if form is None or handler is None:
            await self._outdated(interaction)
        else:
            await handler(interaction, form)

    async def _outdated(self, interaction: Press) -> None:
        text = "That is from an older version of me and no longer works. Run the command again, or see **/status**."
        await interaction.response.send_message(view=note(text), ephemeral=True)

    # --- starting ---------------------------------------------------------------------------------------------

    async def run_for_ever(self, token: str) -> None:
        """Log in and stay connected. An unreachable Discord is waited for; only a refused token ends this.

        Errors: `discord.LoginFailure`, and the gateway's final refusals.
        """
        await self._patiently(lambda: self._log_in(token))
        await self._find_gateway()
        self.logged_in.set()
        await self.connect(reconnect=True)

    async def _find_gateway(self) -> None:
        """Settle the gateway's address and the number of shards, from the settings or from what Discord says."""
        if self._gateway_url is not None and self.shard_count is not None:
            address = self._gateway_url
        else:
            recommended, told = await self._patiently(self._advice)
            address = self._gateway_url or told
            self.shard_count = self.shard_count or recommended
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)

    async def _advice(self) -> tuple[int, str]:
        """How many shards Discord advises, and where its gateway is; one shard where only the address is known."""
        try:
            shards, address, _ = await self.http.get_bot_gateway()
        except discord.GatewayNotFound:
            if self._gateway_url is None:
                raise
            return 1, self._gateway_url
        return shards, address

    async def _log_in(self, token: str) -> None:
        try:
            await self.login(token)
        except (TypeError, KeyError):
            await self._forget_session()
            raise aiohttp.ClientPayloadError("somebody answers, but not as Discord does") from None
        except BaseException:
            await self._forget_session()
            raise

    async def _forget_session(self) -> None:
        """Every try to log in opens a session of its own, over a new connector where it finds none."""
        await self.http.close()
        self.http.connector = discord.utils.MISSING

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try until Discord is there. Errors: what it refuses for good."""
        for pause in itertools.chain(_START_AGAIN, itertools.repeat(_START_AGAIN[-1])):
            try:
                return await attempt()
            except discord.HTTPException as refusal:
                if refusal.status < 500 and refusal.status != 429:
                    raise
                trouble: Exception = refusal
            except (aiohttp.ClientError, OSError, discord.GatewayNotFound, discord.RateLimited) as failure:
                trouble = failure
            log.warning("Discord is not reachable yet", extra={"trouble": str(trouble), "again_in": pause})
            await asyncio.sleep(pause)
        raise AssertionError

    async def setup_hook(self) -> None:
        """Register the commands when they have changed, or when Discord has lost them."""
        if self._sync:
            await self._register()

    async def _register(self) -> None:
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        name = f"commands:{self.application_id}"
        if await self._remember(name, None) == digest and await self._registered() == len(payload):
            return
        await self.tree.sync()
        await self._remember(name, digest)
        log.info("commands registered", extra={"commands": len(payload)})

    async def _registered(self) -> int:
        with contextlib.suppress(discord.HTTPException):
            return len(await self.tree.fetch_commands())
        return -1

    async def on_ready(self) -> None:
        """Say so in the log; it may come again after a reconnect."""
        log.info("ready", extra={"shards": self.shard_count})
