"""A bot without a library: bare REST calls and a bare gateway connection, to see exactly what the server says."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp

from bot.sandbox.discord import DiscordServer, Exchange

Json = dict[str, Any]
AGENT = "DiscordBot (https://example.org, 1)"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Any
    body: Any

    @property
    def refusal(self) -> tuple[int, int]:
        """(status, Discord's code)."""
        return self.status, self.body["code"]

    def faults(self) -> dict[str, list[str]]:
        """The field errors of a 50035, by dotted path, as their words."""
        assert self.refusal == (400, 50035), self.body
        return dict(_flat(self.body["errors"], ""))


def _flat(errors: Json, path: str) -> list[tuple[str, list[str]]]:
    found = []
    for key, value in errors.items():
        if key == "_errors":
            found.append((path, [each["code"] for each in value]))
        else:
            found += _flat(value, f"{path}.{key}" if path else key)
    return found


class RawBot:
    """Use as an async context manager; `call` is REST, `interaction` the next INTERACTION_CREATE."""

    def __init__(self, discord: DiscordServer, *, intents: int = 0) -> None:
        self.discord = discord
        self._intents = intents
        self._session = aiohttp.ClientSession()

    async def __aenter__(self) -> RawBot:
        self.socket = await self._session.ws_connect(self.discord.gateway_url + "?v=10&encoding=json")
        await self.receive(op=10)
        await self.send(
            2, {"token": self.discord.token, "intents": self._intents, "properties": {"os": "linux"}}
        )
        self.ready = await self.event("READY")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()
        await self._session.close()

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def receive(self, *, op: int) -> Json:
        """The next payload, which must have this op."""
        payload: Json = await self.socket.receive_json(timeout=5)
        assert payload["op"] == op, payload
        return payload

    async def event(self, name: str) -> Json:
        """The data of the next event of this name; others are passed over."""
        while True:
            payload: Json = await self.socket.receive_json(timeout=5)
            if payload["t"] == name:
                data: Json = payload["d"]
                return data

    async def interaction(self) -> Json:
        return await self.event("INTERACTION_CREATE")

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: dict[str, bytes] | None = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> Reply:
        """One REST call with the bot's token; `files` by name become files[0], files[1], …"""
        sent = {"User-Agent": AGENT, "Authorization": f"Bot {self.discord.token}"} | (headers or {})
        data: Any = None
        if files is not None:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", json.dumps(body or {}))
            for n, (name, content) in enumerate(files.items()):
                data.add_field(
                    f"files[{n}]", io.BytesIO(content), filename=name, content_type="application/octet-stream"
                )
        elif body is not None:
            data = json.dumps(body)
            sent["Content-Type"] = "application/json"
        async with self._session.request(
            method, self.discord.api_url + path, data=data, headers=sent, params=query
        ) as response:
            text = await response.text()
            return Reply(response.status, response.headers, json.loads(text) if text else None)

    async def registers(self, *commands: Json) -> None:
        """PUT these global commands; a description is added where it lacks."""
        bodies = [each if each.get("type", 1) != 1 else {"description": "d"} | each for each in commands]
        reply = await self.call("PUT", f"/applications/{self.discord.application_id}/commands", bodies)
        assert reply.status == 200, reply.body

    async def answers(self, event: Json, kind: int, data: Json | None = None, **more: Any) -> Reply:
        """The first answer to an interaction."""
        body = {"type": kind} if data is None else {"type": kind, "data": data}
        path = f"/interactions/{event['id']}/{event['token']}/callback"
        return await self.call("POST", path, body, query={"with_response": "true"}, **more)

    async def edits(self, event: Json, body: Json, *, message: str = "@original", **more: Any) -> Reply:
        path = f"/webhooks/{event['application_id']}/{event['token']}/messages/{message}"
        return await self.call("PATCH", path, body, **more)

    async def follows_up(self, event: Json, body: Json, **more: Any) -> Reply:
        path = f"/webhooks/{event['application_id']}/{event['token']}"
        return await self.call("POST", path, body, query={"wait": "true"}, **more)

    async def meets(
        self, act: Awaitable[Exchange], answer: Callable[[Json], Awaitable[Reply]]
    ) -> tuple[Exchange, Reply]:
        """Let a person act and answer what arrives."""
        async with asyncio.TaskGroup() as group:
            acting = group.create_task(_awaited(act))
            reply = await answer(await self.interaction())
        return acting.result(), reply

    async def shows(self, act: Awaitable[Exchange], data: Json, **more: Any) -> tuple[Exchange, Json]:
        """Let a person act and answer with this message; returns the exchange and the interaction."""
        seen: list[Json] = []

        async def answer(event: Json) -> Reply:
            seen.append(event)
            reply = await self.answers(event, 4, data, **more)
            assert reply.status == 200, reply.body
            return reply

        exchange, _ = await self.meets(act, answer)
        return exchange, seen[0]


async def _awaited(act: Awaitable[Exchange]) -> Exchange:
    return await act


async def opened(raw: RawBot, act: Any, kind: int, data: Json | None = None) -> tuple[Exchange, Json]:
    """Let a person act, answer so, and return the exchange with the interaction."""
    seen: list[Json] = []

    async def answer(event: Json) -> Reply:
        seen.append(event)
        reply = await raw.answers(event, kind, data)
        assert reply.status == 200, reply.body
        return reply

    exchange, _ = await raw.meets(act, answer)
    return exchange, seen[0]
