"""The whole world on loopback: Discord, Novita, three people, a server, and the bot as its own process."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.clock import SandboxClock
from bot.sandbox.discord import Channel, DiscordServer, Guild, Person
from bot.sandbox.novita import NovitaServer, Pace
from bot.sandbox.process import BotProcess

QUICK = Pace(
    queue_seconds=0.5,
    training_seconds=2,
    deploying_seconds=0.5,
    paint_queue_seconds=0.2,
    painting_seconds=0.5,
)
"""Everything in a few seconds."""

STARTS_WITHIN = 60.0
"""Real seconds in which a bot that was started answers people."""


class NotStarted(Exception):
    """The bot was started and does not answer people; a sentence says what became of it."""


@dataclass(frozen=True, slots=True)
class World:
    """Who and what there is. Ada is a member, Bo manages the server, Cy is somebody else."""

    folder: Path
    clock: SandboxClock
    discord: DiscordServer
    novita: NovitaServer
    bot: BotProcess
    guild: Guild
    channel: Channel
    ada: Person
    bo: Person
    cy: Person

    @property
    def starting(self) -> bool:
        """The bot runs, and has not come to Discord since its start."""
        return self.bot.running and self.discord.gateway.identified_at < self.bot.started_at

    async def started(self) -> None:
        """Start the bot and wait until it answers people. NotStarted when it ends first, or does not come in time."""
        gateway = self.discord.gateway
        earlier = gateway.identifies
        await self.bot.start()

        def answers() -> bool:
            registered = any(each["name"] == "imagine" for each in self.discord.commands)
            return registered and gateway.identifies > earlier

        await self.discord.world.pulse.until(lambda: answers() or not self.bot.running, within=STARTS_WITHIN)
        if not self.bot.running:
            raise NotStarted("The bot ended instead of starting.")
        if not answers():
            raise NotStarted("The bot did not come to Discord in time.")

    async def restarted(self) -> None:
        """Kill the bot and start it again."""
        await self.bot.kill()
        await self.started()

    async def has_key(self, person: Person, *, balance_usd: float = 10.0) -> str:
        """Let a person set a fresh key through the form; the key."""
        key = self.novita.key(person.name, balance_usd=balance_usd)
        form = await person.runs("/key set", provider="novita")
        answer = await person.submits(form, key=key)
        await answer.answered()
        return key


@asynccontextmanager
async def open_world(
    folder: Path,
    *,
    pace: Pace = QUICK,
    environment: Mapping[str, str] | None = None,
    keep_uploads: bool = False,
    preloaded: bool = False,
    moved: bool = False,
) -> AsyncIterator[World]:
    """A world whose bot is not started yet. Everything it writes is below `folder`; `preloaded` as in `BotProcess`.

    `moved`: the bot lives in the time of the world's clock too, wherever that is moved to.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    clock = SandboxClock(told=folder / "clock" if moved else None)
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(DiscordServer(clock=clock))
        novita = await stack.enter_async_context(
            NovitaServer(clock=clock, pace=pace, keep_uploads=keep_uploads)
        )
        guild = discord.guild("The Atelier")
        channel = guild.text_channel("paintings")
        bot = BotProcess(
            environment={
                "DISCORD_TOKEN": discord.token,
                "DISCORD_API_URL": discord.api_url,
                "DISCORD_CDN_HOSTS": discord.cdn_host,
                "NOVITA_URL": novita.url,
                "ENCRYPTION_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
                "DATA_DIR": str(folder / "data"),
                "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'data' / 'easel.db'}",
                "HTTP_PORT": "0",
                **(environment or {}),
            },
            folder=folder,
            log=folder / "bot.log",
            preloaded=preloaded,
            moved=clock.told,
        )
        stack.push_async_callback(bot.kill)
        people = {name: discord.person(name).at(channel) for name in ("Ada", "Bo", "Cy")}
        yield World(
            folder=folder,
            clock=clock,
            discord=discord,
            novita=novita,
            bot=bot,
            guild=guild,
            channel=channel,
            ada=people["Ada"],
            bo=people["Bo"],
            cy=people["Cy"],
        )
