"""`DiscordServer`: one socket for REST, gateway and CDN, and the door to everything a test or demo wants."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from aiohttp import web

from bot.sandbox.clock import SandboxClock
from bot.sandbox.discord.cdn import Cdn
from bot.sandbox.discord.events import event
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.interactions import Desk
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.rest import PREFIX, Rest
from bot.sandbox.discord.state import MEBIBYTE, Guild, World


class DiscordServer:
    """A Discord on loopback. Use it as an async context manager; addresses are known inside.

    `exchanges`: the log of REST calls. `faults`: misbehaviour on request. `limits`: the rate limits.
    `gateway`: wait for the bot, cut it off, make it reconnect. `cdn`: what was fetched.
    """

    def __init__(self, *, clock: SandboxClock | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.clock = clock or SandboxClock()
        self.world = World(clock=self.clock)
        self.world.observer = self._happened
        self._host = host
        self._port = port
        self._desk = Desk(self.world)
        self._rest = Rest(self.world, self._desk)
        self._runner: web.AppRunner | None = None
        self.gateway = Gateway(self.world)
        self.cdn = Cdn(self.world)
        self.exchanges = self._rest.exchanges
        self.faults = self._rest.faults
        self.limits = self._rest.limits

    @property
    def cdn_host(self) -> str:
        """`host:port` of the attachment links."""
        return f"{self._host}:{self._port}"

    @property
    def api_url(self) -> str:
        """What `Route.BASE` must be."""
        return f"http://{self.cdn_host}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        """What `DEFAULT_GATEWAY` must be."""
        return f"ws://{self.cdn_host}/gateway"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def application_id(self) -> int:
        return self.world.application_id

    @property
    def bot_user_id(self) -> int:
        return self.world.bot.id

    @property
    def commands(self) -> list[dict[str, Any]]:
        """The global commands as they are registered now."""
        return self.world.commands.get(None, [])

    async def registered(self, name: str, *, within: float = 40) -> None:
        """Wait until a global command of this name is registered. TimeoutError when it is not."""
        names = await self.world.pulse.until(
            lambda: any(each["name"] == name for each in self.commands), within=within
        )
        if not names:
            raise TimeoutError(f"the bot did not register {name!r}")

    def guild(self, name: str, *, bot: bool = True, tier: int = 0) -> Guild:
        """A new server of boost tier 0 to 3; `bot=False`: one that the bot is no member of."""
        return self.world.guild(name, bot=bot, tier=tier)

    def person(self, name: str, *, dms_open: bool = True, locale: str = "en-US") -> Person:
        """A new person, standing nowhere yet."""
        user = self.world.user(name, dms_open=dms_open, locale=locale)
        return Person(self.world, self._desk, self.gateway, user)

    async def __aenter__(self) -> DiscordServer:
        app = web.Application(client_max_size=512 * MEBIBYTE)
        self._rest.register(app)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{upload}/{name}", self.cdn.handle)
        app.router.add_get("/ephemeral-attachments/{channel}/{upload}/{name}", self.cdn.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.world.links.host = self.cdn_host
        self.gateway.url = self._rest.gateway_url = self.gateway_url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rest.closing.set()
        await self.gateway.close(1001)
        if self._runner is not None:
            await self._runner.cleanup()
        if self._rest.problems and error is None:
            raise self._rest.problems[0]

    def _happened(self, kind: str, subject: Any) -> None:
        told = event(self.world, kind, subject)
        if told is not None:
            self.gateway.dispatch(told)
