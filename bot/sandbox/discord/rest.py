"""What surrounds every REST call: log, agent, token, faults, rate limits, refusals, the exact content type."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from bot.sandbox.discord import bodies, limits
from bot.sandbox.discord.exchanges import ExchangeLog
from bot.sandbox.discord.faults import Fault, Faults
from bot.sandbox.discord.interactions import Desk
from bot.sandbox.discord.limits import Limits, Verdict
from bot.sandbox.discord.refusals import Refused, blocked_agent, not_found, unauthorized
from bot.sandbox.discord.routes import accounts, channels, commands, webhooks
from bot.sandbox.discord.routes.call import Answer, Call, Handler
from bot.sandbox.discord.state import World

PREFIX = "/api/v10"

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/users/@me", accounts.me),
    ("POST", "/users/@me/channels", accounts.open_dm),
    ("GET", "/users/{user}", accounts.user),
    ("GET", "/oauth2/applications/@me", accounts.application),
    ("GET", "/gateway/bot", accounts.gateway),
    ("GET", "/guilds/{guild}", accounts.guild),
    ("GET", "/guilds/{guild}/members/{user}", accounts.member),
    ("GET", "/applications/{app}/emojis", accounts.emojis),
    ("GET", "/applications/{app}/entitlements", accounts.nothing),
    ("PUT", "/applications/{app}/commands", commands.put),
    ("GET", "/applications/{app}/commands", commands.every),
    ("GET", "/applications/{app}/commands/{command}", commands.one),
    ("PUT", "/applications/{app}/guilds/{guild}/commands", commands.put),
    ("GET", "/applications/{app}/guilds/{guild}/commands", commands.every),
    ("GET", "/channels/{channel}", channels.get),
    ("POST", "/channels/{channel}/typing", channels.typing),
    ("GET", "/channels/{channel}/messages", channels.history),
    ("POST", "/channels/{channel}/messages", channels.create),
    ("GET", "/channels/{channel}/messages/{message}", channels.one),
    ("PATCH", "/channels/{channel}/messages/{message}", channels.edit),
    ("DELETE", "/channels/{channel}/messages/{message}", channels.delete),
)
BY_TOKEN: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/interactions/{interaction}/{token}/callback", webhooks.callback),
    ("POST", "/webhooks/{app}/{token}", webhooks.follow_up),
    ("GET", "/webhooks/{app}/{token}/messages/{message}", webhooks.get),
    ("PATCH", "/webhooks/{app}/{token}/messages/{message}", webhooks.edit),
    ("DELETE", "/webhooks/{app}/{token}/messages/{message}", webhooks.delete),
)
"""Routes that the interaction's token opens; they are outside the global limit (discord-platform §5)."""


class Rest:
    """The REST side of the server. `problems` holds exceptions of this emulator itself."""

    def __init__(self, world: World, desk: Desk) -> None:
        self._world = world
        self._desk = desk
        self.exchanges = ExchangeLog()
        self.faults = Faults(world.pulse)
        self.limits = Limits()
        self.problems: list[Exception] = []
        self.gateway_url = ""
        self.closing = asyncio.Event()

    def register(self, app: web.Application) -> None:
        """Add every route, and the 404 for all others."""
        for routes, bot in ((ROUTES, True), (BY_TOKEN, False)):
            for method, path, handler in routes:
                app.router.add_route(method, PREFIX + path, self._surrounded(handler, bot=bot))
        app.router.add_route("*", "/api/{rest:.*}", self._surrounded(_missing, bot=False))

    def _surrounded(
        self, handler: Handler, *, bot: bool
    ) -> Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            path = request.path.removeprefix(PREFIX)
            entry: dict[str, Any] = {
                "at": self._world.clock.time(),
                "method": request.method,
                "path": path,
                "query": dict(request.query),
                "content_type": "",
                "body": None,
                "files": [],
                "status": None,
                "response": None,
            }
            fault: Fault | None = None
            verdict = Verdict({})
            try:
                incoming = await bodies.read(request)
                faults = self.faults.take(request.method, path)
                fault = faults[-1] if faults else None
                entry |= {
                    "content_type": incoming.content_type,
                    "body": incoming.body,
                    "files": incoming.described(),
                }
                for each in faults:
                    await asyncio.sleep(each.delay)
                if (
                    fault is not None
                    and not fault.after
                    and (struck := await self._struck(request, entry, fault))
                ):
                    return struck
                if "User-Agent" not in request.headers:
                    raise blocked_agent()
                if bot and request.headers.get("Authorization") != f"Bot {self._world.token}":
                    raise unauthorized()
                verdict = self.limits.count(request.method, path, counted_globally=bot)
                if verdict.refused is not None:
                    return self._send(entry, Answer(429, verdict.refused), verdict)
                call = Call(
                    self._world, self._desk, request.match_info, request.query, incoming, self.gateway_url
                )
                answer = await handler(call)
            except Refused as refused:
                answer = Answer(refused.status, refused.body())
            except ConnectionError:  # The client left in the middle of its request.
                return web.Response(status=400)
            except Exception as error:
                self.problems.append(error)
                answer = Answer(500, {"message": "500: Internal Server Error", "code": 0})
            if fault is not None and fault.after and (struck := await self._struck(request, entry, fault)):
                return struck
            return self._send(entry, answer, verdict)

        return handle

    async def _struck(
        self, request: web.Request, entry: dict[str, Any], fault: Fault
    ) -> web.StreamResponse | None:
        if fault.drop or fault.hang:
            self._log(entry)
            if fault.hang:
                await self.closing.wait()
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if fault.retry_after is not None:
            verdict = limits.refusal(fault.retry_after, scope=fault.scope)
            return self._send(entry, Answer(429, verdict.refused), verdict)
        if fault.status is not None:
            body = {"message": fault.message, "code": fault.code}
            return self._send(entry, Answer(fault.status, body), Verdict({}))
        return None

    def _send(self, entry: dict[str, Any], answer: Answer, verdict: Verdict) -> web.Response:
        entry["status"], entry["response"] = answer.status, answer.body
        self._log(entry)
        headers = dict(verdict.headers)
        if answer.body is None:
            return web.Response(status=answer.status, headers=headers)
        headers["Content-Type"] = "application/json"
        return web.Response(status=answer.status, body=json.dumps(answer.body).encode(), headers=headers)

    def _log(self, entry: dict[str, Any]) -> None:
        self.exchanges.add(entry)
        self._world.pulse.beat()


async def _missing(call: Call) -> Answer:
    raise not_found()
