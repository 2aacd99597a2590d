"""The composition root: everything is opened here in the order it is needed, and closed in reverse.

The only module, but for the doctor, that names the concrete classes. `open_app` gives an `App` that `run`s until it
is cancelled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot import __version__, pictures
from bot.chat.client import Easel, Remember
from bot.chat.messenger import DiscordMessenger
from bot.domain.clock import Clock
from bot.domain.jobs import JobState
from bot.domain.models import ProviderName
from bot.domain.specs import MOST_PICTURES
from bot.health import Counts, Health, Heartbeat, Lag, Signs, served
from bot.providers.attachments import Attachments
from bot.providers.base import Provider
from bot.providers.http import open_http
from bot.providers.novita import NovitaProvider
from bot.services.catalogue import Catalogue
from bot.services.cipher import Cipher
from bot.services.container import Services
from bot.services.desk import Desk
from bot.services.folders import Folders
from bot.services.library import Library
from bot.services.painting import Painting
from bot.services.studio import Studio
from bot.services.tokens import Tokens
from bot.services.training import Training
from bot.services.vault import Vault
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.migrate import upgrade
from bot.telemetry import TALLY
from bot.worker.board import Board
from bot.worker.budget import Budgets
from bot.worker.delivery import Delivery
from bot.worker.keeper import Keeper
from bot.worker.poller import Poller
from bot.worker.supervisor import Supervisor
from cogs import EXTENSIONS

log = logging.getLogger(__name__)

USER_AGENT: Final = f"easel/{__version__}"


class Client(Easel):
    """The client with the services that the cogs' `setup` hands out."""

    services: Services

    def is_connected(self) -> bool:
        """Ready, and every shard has its connection at this moment."""
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())


@dataclass(frozen=True, slots=True)
class App:
    """Everything, open. `run` ends when the client does."""

    settings: Settings
    client: Client
    supervisor: Supervisor
    health: Health

    async def run(self) -> None:
        """Answer people and work on jobs. Errors: what ends the client (`discord.LoginFailure`, …)."""
        async with asyncio.TaskGroup() as group:
            work = group.create_task(self._work(), name="worker")
            await self.client.run_for_ever(self.settings.discord_token.get_secret_value())
            work.cancel()

    async def _work(self) -> None:
        await self.client.logged_in.wait()
        await self.supervisor.run()


@asynccontextmanager
async def open_vault(settings: Settings) -> AsyncIterator[Vault]:
    """The vault alone, for key rotation and the doctor."""
    async with open_http(user_agent=USER_AGENT) as http, Database(settings.database_url) as database:
        providers: dict[ProviderName, Provider] = {
            ProviderName.NOVITA: NovitaProvider(http, url=settings.novita_url)
        }
        yield Vault(database, cipher=Cipher(settings.encryption_key_list), providers=providers, clock=Clock())


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """Open everything. Errors: `SchemaRefused`, `BadEncryptionKey`, and what the system says of ports and files."""
    clock, bell, health = Clock(), Heartbeat(), Health()
    cipher = Cipher(settings.encryption_key_list)
    folders = Folders(settings.data_dir)
    folders.root.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(upgrade, settings.database_url)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(settings.database_url))
        http = await stack.enter_async_context(open_http(user_agent=USER_AGENT))
        provider = NovitaProvider(http, url=settings.novita_url)
        catalogue = Catalogue(provider, database=database, clock=clock)
        await catalogue.restore()

        library = Library(database)
        studio = Studio(pictures.Limits(), archive=pictures.ArchiveLimits(members=MOST_PICTURES + 1))
        tokens = Tokens(cipher, clock=clock)
        vault = Vault(database, cipher=cipher, providers={provider.name: provider}, clock=clock)
        desk = Desk(database, bell=bell, folders=folders, library=library, studio=studio, clock=clock)
        training = Training(
            provider,
            database=database,
            desk=desk,
            vault=vault,
            catalogue=catalogue,
            library=library,
            studio=studio,
            folders=folders,
            attachments=Attachments(http, hosts=settings.discord_cdn_hosts),
            clock=clock,
        )
        painting = Painting(
            provider,
            database=database,
            desk=desk,
            vault=vault,
            catalogue=catalogue,
            library=library,
            folders=folders,
            studio=studio,
            clock=clock,
        )

        client = Client(
            remember=_notes(database),
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
            shard_ids=settings.shard_ids,
            shard_count=settings.shard_count,
            sync=settings.shard_ids is None or 0 in settings.shard_ids,
        )
        await stack.enter_async_context(client)
        client.services = Services(
            catalogue=catalogue,
            desk=desk,
            library=library,
            painting=painting,
            tokens=tokens,
            training=training,
            vault=vault,
        )
        for extension in EXTENSIONS:
            await client.load_extension(extension)

        messenger = DiscordMessenger(client, tokens=tokens)
        board = Board(messenger, desk=desk, clock=clock)
        poller = Poller(
            database=database,
            desk=desk,
            trainings={provider.name: training},
            paintings={provider.name: painting},
            budgets={provider.name: Budgets(images_per_minute=provider.capabilities.images_per_minute)},
            delivery=Delivery(messenger, desk=desk, board=board),
            messenger=messenger,
            board=board,
            bell=bell,
            clock=clock,
        )
        keeper = Keeper(database, folders=folders, clock=clock)
        supervisor = Supervisor(
            {"poller": bell.listening(poller.run), "board": board.run, "keeper": keeper.run}
        )

        signs = Signs(
            counts=Counts(_counted(database)),
            heartbeat=bell,
            lag=Lag(),
            tally=TALLY,
            watched=lambda: poller.watched,
            restarts=supervisor.failures,
            alive=supervisor.alive,
            connected=client.is_connected,
            latencies=lambda: client.latencies,
        )
        health.live("poller", bell.beats)
        health.ready("discord", client.is_connected)
        health.ready("database", lambda: signs.counts.well)
        await stack.enter_async_context(
            served(health, signs, host=settings.http_host, port=settings.http_port)
        )
        yield App(settings, client, supervisor, health)


def _counted(database: Database) -> Callable[[], Awaitable[Mapping[str, int]]]:
    async def count() -> Mapping[str, int]:
        async with database.read() as tx:
            counts = await tx.jobs.counts()
        return {state.value: counts.get(state, 0) for state in JobState}

    return count


def _notes(database: Database) -> Remember:
    async def remember(name: str, value: str | None) -> str | None:
        if value is None:
            async with database.read() as tx:
                return await tx.notes.get(name)
        async with database.write() as tx:
            await tx.notes.put(name, value)
        return value

    return remember
