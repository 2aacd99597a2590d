"""The gateway: HELLO, IDENTIFY, READY, heartbeats, RESUME, shards, close codes (discord-emulator §5).

`Gateway` is also a test's handle on it: wait for a bot, cut it off, make it reconnect, repeat an event. What
happened in the world becomes an event in `events`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.discord import compression, wire
from bot.sandbox.discord.compression import Compress, NoSuchCompression
from bot.sandbox.discord.events import Event
from bot.sandbox.discord.kinds import Op
from bot.sandbox.discord.state import World

GUILDS = 1 << 0
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
KNOWN_INTENTS = (1 << 26) - 1
HEARTBEAT_SECONDS = 41.25
ROUND_TRIP = 0.05
"""Seconds until a heartbeat is acknowledged. On a wire nothing comes at once, and discord.py counts on that: it notes
the time of its heartbeat only after sending it, from another thread, and takes an earlier answer for one of a beat ago.
"""
RESUMABLE_SECONDS = 120.0
SENDS_PER_MINUTE = 120
BUFFER = 2000


@dataclass(slots=True, eq=False)
class Session:
    """An identified client; it outlives its connection for two minutes."""

    id: str
    intents: int
    shard: int
    shards: int
    connection: Connection | None = None
    seq: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=BUFFER))
    lost: float | None = None

    def wants(self, event: Event) -> bool:
        if event.intent and not self.intents & event.intent:
            return False
        return ((event.guild_id or 0) >> 22) % self.shards == self.shard


@dataclass(slots=True, eq=False)
class Connection:
    """One websocket. Frames leave in the order in which they were queued."""

    socket: web.WebSocketResponse
    request: web.Request
    compress: Compress | None
    session: Session | None = None
    queue: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    sends: deque[float] = field(default_factory=deque)

    def put(self, payload: str) -> None:
        self.queue.put_nowait(payload)

    async def pump(self) -> None:
        """Send what is queued until the socket goes away."""
        while True:
            payload = await self.queue.get()
            try:
                if self.compress is None:
                    await self.socket.send_str(payload)
                else:
                    await self.socket.send_bytes(self.compress(payload.encode()))
            except ConnectionError:
                return

    def abort(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()


class Gateway:
    """All connections and sessions. The bot's intents that need approval are refused (4014)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self._repeat = 0
        self.url = ""
        self.identifies = 0
        self.identified_at = 0.0
        self.resumes = 0

    @property
    def live(self) -> bool:
        """Whether a bot is connected and identified now."""
        return any(each.connection is not None for each in self._sessions.values())

    async def connected(self, *, within: float = 40) -> None:
        """Wait until a bot's session is READY (or resumed). TimeoutError when none comes."""
        if not await self._world.pulse.until(lambda: self.live, within=within):
            raise TimeoutError("no bot came to the gateway")

    async def disconnected(self, *, within: float = 40) -> None:
        """Wait until no bot is connected."""
        if not await self._world.pulse.until(lambda: not self._connections, within=within):
            raise TimeoutError("a bot is still connected to the gateway")

    def cut(self) -> None:
        """Cut every connection at once, without a closing handshake."""
        for connection in list(self._connections):
            connection.abort()

    def reconnect(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        self._everywhere({"op": Op.RECONNECT, "d": None, "s": None, "t": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Declare every session invalid (op 9); when not `resumable` they are forgotten."""
        if not resumable:
            self._sessions.clear()
        self._everywhere({"op": Op.INVALID_SESSION, "d": resumable, "s": None, "t": None})

    async def close(self, code: int = 1000) -> None:
        """Close every connection with this code; sessions stay resumable unless the code is final."""
        if code == 4004 or 4010 <= code <= 4014:
            self._sessions.clear()
        for connection in list(self._connections):
            await connection.socket.close(code=code)

    def duplicate_next_dispatch(self) -> None:
        """Send the next event twice, as Discord may (discord-platform §7)."""
        self._repeat += 1

    def dispatch(self, event: Event) -> None:
        """Send an event to every session that wants it; those without connection get it when they resume."""
        now = self._world.clock.time()
        times = 1
        receivers = [each for each in self._sessions.values() if each.wants(event)]
        if receivers and self._repeat:
            self._repeat -= 1
            times = 2
        for session in receivers:
            if session.lost is not None and now - session.lost > RESUMABLE_SECONDS:
                del self._sessions[session.id]
                continue
            for _ in range(times):
                self._deliver(session, event.name, event.data)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The websocket route."""
        if request.query.get("v", "10") != "10" or request.query.get("encoding", "json") != "json":
            return await _turned_away(request, 4012)
        try:
            compress = compression.stream(request.query.get("compress"))
        except NoSuchCompression as error:
            return web.Response(status=400, text=str(error))
        socket = web.WebSocketResponse(compress=False, max_msg_size=16384)
        await socket.prepare(request)
        connection = Connection(socket, request, compress)
        self._connections.add(connection)
        pump = asyncio.create_task(connection.pump())
        _queue(connection, Op.HELLO, {"heartbeat_interval": int(HEARTBEAT_SECONDS * 1000)})
        try:
            await self._listen(connection)
        finally:
            pump.cancel()
            self._lost(connection)
        return socket

    async def _listen(self, connection: Connection) -> None:
        socket = connection.socket
        while True:
            try:
                frame = await socket.receive(timeout=HEARTBEAT_SECONDS * 2)
            except TimeoutError:
                await socket.close(code=4009)
                return
            if frame.type is not WSMsgType.TEXT:
                if frame.type is WSMsgType.BINARY:
                    await socket.close(code=4002)
                return
            code = self._received(connection, frame.data)
            if code is not None:
                await socket.close(code=code)
                return

    def _received(self, connection: Connection, text: str) -> int | None:
        now = asyncio.get_running_loop().time()
        connection.sends.append(now)
        while now - connection.sends[0] > 60:
            connection.sends.popleft()
        if len(connection.sends) > SENDS_PER_MINUTE:
            return 4008
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            return 4002
        match op:
            case Op.HEARTBEAT:
                asyncio.get_running_loop().call_later(ROUND_TRIP, _queue, connection, Op.ACK, None)
                return None
            case Op.IDENTIFY:
                return self._identify(connection, data)
            case Op.RESUME:
                return self._resume(connection, data)
            case Op.PRESENCE | Op.VOICE | Op.REQUEST_MEMBERS if connection.session is None:
                return 4003
            case Op.REQUEST_MEMBERS:
                self._members(connection, data)
                return None
            case Op.PRESENCE | Op.VOICE:
                return None
            case _:
                return 4001

    def _identify(self, connection: Connection, data: Any) -> int | None:
        if connection.session is not None:
            return 4005
        if not isinstance(data, dict) or not isinstance(data.get("properties"), dict):
            return 4002
        if data.get("token") != self._world.token:
            return 4004
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            return 4013
        if intents & PRIVILEGED:
            return 4014
        shard, shards = data.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            return 4010
        session = Session(secrets.token_hex(16), intents, shard, shards, connection)
        self._sessions[session.id] = session
        connection.session = session
        self.identifies += 1
        self.identified_at = time.monotonic()
        self._greet(session)
        self._world.pulse.beat()
        return None

    def _greet(self, session: Session) -> None:
        guilds = [
            guild
            for guild in self._world.guilds.values()
            if guild.bot and (guild.id >> 22) % session.shards == session.shard
        ]
        ready = {
            "v": 10,
            "user": wire.account(self._world),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(self._world.application_id), "flags": 0},
            "private_channels": [],
            "relationships": [],
        }
        self._deliver(session, "READY", ready)
        if session.intents & GUILDS:
            for guild in guilds:
                self._deliver(session, "GUILD_CREATE", wire.guild_create(guild))

    def _resume(self, connection: Connection, data: Any) -> int | None:
        if not isinstance(data, dict):
            return 4002
        if data.get("token") != self._world.token:
            return 4004
        session = self._sessions.get(str(data.get("session_id")))
        seq = data.get("seq")
        oldest = session.sent[0][0] if session and session.sent else 1
        if session is None or not isinstance(seq, int) or seq + 1 < oldest:
            _queue(connection, Op.INVALID_SESSION, False)
            return None
        if seq > session.seq:
            return 4007
        if session.connection is not None and session.connection is not connection:
            session.connection.session = None
            session.connection.abort()
        session.connection, session.lost = connection, None
        connection.session = session
        self.resumes += 1
        for number, payload in session.sent:
            if number > seq:
                connection.put(payload)
        self._deliver(session, "RESUMED", {})
        self._world.pulse.beat()
        return None

    def _members(self, connection: Connection, data: Any) -> None:
        session = connection.session
        guild = self._world.guilds.get(int(data.get("guild_id", 0)))
        if session is None or guild is None or not guild.bot:
            return
        wanted, query = data.get("user_ids"), data.get("query")
        members = list(guild.members.values())
        missing: list[str] = []
        if wanted is not None:
            ids = [str(each) for each in (wanted if isinstance(wanted, list) else [wanted])]
            members = [each for each in members if str(each.user.id) in ids]
            missing = [each for each in ids if int(each) not in guild.members]
        elif query:
            members = [each for each in members if each.user.name.startswith(query)]
        else:
            members = []
        chunk = {
            "guild_id": str(guild.id),
            "members": [wire.member(self._world, each) for each in members[: data.get("limit") or 100]],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": missing,
            "nonce": data.get("nonce"),
        }
        self._deliver(session, "GUILD_MEMBERS_CHUNK", chunk)

    def _deliver(self, session: Session, name: str, data: Any) -> None:
        session.seq += 1
        payload = json.dumps({"op": Op.DISPATCH, "t": name, "s": session.seq, "d": data})
        session.sent.append((session.seq, payload))
        if session.connection is not None:
            session.connection.put(payload)

    def _lost(self, connection: Connection) -> None:
        self._connections.discard(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            session.lost = self._world.clock.time()
            if connection.socket.close_code in (1000, 1001):
                self._sessions.pop(session.id, None)
        self._world.pulse.beat()

    def _everywhere(self, payload: dict[str, Any]) -> None:
        for connection in self._connections:
            connection.put(json.dumps(payload))


def _queue(connection: Connection, op: int, data: Any) -> None:
    connection.put(json.dumps({"op": op, "d": data, "s": None, "t": None}))


async def _turned_away(request: web.Request, code: int) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    await socket.close(code=code)
    return socket
