"""A server on a loopback socket that says to the letter what a test wants, and remembers what it was asked.

What `bot.sandbox.novita` cannot do because it speaks HTTP properly: cut, lie, flood, and hang up.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Act:
    """What one request gets: `sent`, then the connection stays, closes, is reset or hangs."""

    sent: bytes = b""
    then: str = "stay"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: `line` without its line end, header names in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes = field(repr=False)


def reply(status: int, body: object = b"", *, headers: Sequence[str] = (), then: str = "stay") -> Act:
    """A whole answer; what is not bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(raw)}", *headers, "", ""]
    return Act("\r\n".join(lines).encode() + raw, then)


class RawServer:
    """Acts in turn for every request that comes; the last act is repeated."""

    def __init__(self, *acts: Act) -> None:
        self.acts = list(acts)
        self.asked: list[Asked] = []
        self.connections = 0
        self._over = asyncio.Event()
        self._news = asyncio.Condition()
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._met, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}"

    async def called(self, times: int) -> None:
        """Wait until so many requests came."""
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(lambda: len(self.asked) >= times)

    def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._talk(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.asked.append(Asked(line=head[0], headers=headers, body=body))
        async with self._news:
            self._news.notify_all()
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        writer.write(act.sent)
        await writer.drain()
        match act.then:
            case "hang":
                await self._over.wait()
            case "reset":
                raw: socket.socket = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return act.then == "stay"


async def refused_port() -> int:
    """A port on which nobody listens."""
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port
