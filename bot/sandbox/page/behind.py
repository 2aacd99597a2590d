"""Behind the scenes: what the world holds that no person in it sees, and the hands that reach into it.

Everything is only looked at: the bot's jobs through a connection to its own database that cannot write, its log from
the end of its file, the rest from what the two servers remember. A look costs the same however old the world is.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from bot.sandbox.discord import NotOffered, Person
from bot.sandbox.novita.records import RequestRecord
from bot.sandbox.page.protocol import (
    AccountShown,
    BehindTold,
    BotShown,
    ExchangeShown,
    JobShown,
    RequestShown,
    UploadShown,
)
from bot.sandbox.page.switches import Switches
from bot.sandbox.world import NotStarted, World

EVERY: Final = 0.25
"""Seconds between two looks."""
MOST: Final = 100
"""How many of each kind are shown: the newest."""

_LOG_BYTES: Final = 64 * 1024
_LINE: Final = 1000
_PROMPT: Final = 80
_BUSY_SECONDS: Final = 0.2
_ANSI: Final = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


@dataclass(frozen=True, slots=True)
class _Files:
    """What is read from the disk, off the event loop."""

    jobs: list[JobShown]
    log: list[str]


class Behind:
    """One world from behind. All refusals are `NotOffered`, whose text is a sentence for the person at the page."""

    def __init__(self, world: World, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._world = world
        self._pause = pause
        self._switches = Switches(world)
        self._acting: set[asyncio.Task[None]] = set()
        self._bot_moves = asyncio.Lock()

    # --- looking ----------------------------------------------------------------------------------------------

    def snapshot(self) -> BehindTold:
        """All of it as it is now. Reads files: on a busy event loop, use `watched`."""
        return self._shown(self._read())

    async def watched(self, tell: Callable[[BehindTold], None]) -> None:
        """Tell at once, and from then on, at most four times a second, whenever something is different. Never ends."""
        last: BehindTold | None = None
        while True:
            told = self._shown(await asyncio.to_thread(self._read))
            timeless = told.model_copy(update={"now": 0.0})
            if timeless != last:
                last = timeless
                tell(told)
            await self._pause(EVERY)

    def _read(self) -> _Files:
        names = {user.id: user.name for user in list(self._world.discord.world.users.values())}
        return _Files(
            jobs=jobs_in(self._world.folder / "data" / "easel.db", names=names),
            log=tail(self._world.bot.log),
        )

    def _shown(self, files: _Files) -> BehindTold:
        world = self._world
        requests = world.novita.requests
        first = max(0, len(requests) - MOST)
        accounts = [world.novita.account(key) for key in world.novita.keys[-MOST:]]
        return BehindTold(
            now=world.clock.time(),
            moved=world.clock.moved,
            bot=BotShown(
                running=world.bot.running,
                starting=world.starting,
                connected=world.discord.gateway.live,
                starts=world.bot.starts,
            ),
            jobs=files.jobs,
            requests=[_request(n, record) for n, record in enumerate(requests[first:], first + 1)],
            uploads=[
                UploadShown(
                    path=each.asset.path, size=each.size, kind=each.format, tells=sorted(each.metadata)
                )
                for each in world.novita.uploads[-MOST:]
            ],
            exchanges=[_exchange(entry) for entry in world.discord.exchanges.entries[-MOST:]],
            accounts=[
                AccountShown(
                    name=each.name,
                    key=each.key,
                    balance=each.balance,
                    spent=each.spent,
                    orders=each.orders,
                )
                for each in accounts
            ],
            faults=self._switches.shown(),
            log=files.log,
        )

    # --- reaching in ------------------------------------------------------------------------------------------

    async def switch(self, name: str, *, on: bool) -> None:
        """Switch a fault on or off."""
        await self._whole(self._switches.turn(name, on=on))

    async def bot(self, what: Literal["kill", "stop", "start"]) -> None:
        """SIGKILL, SIGTERM, or a start; returns when it has happened."""
        await self._whole(self._move(what))

    async def _whole(self, act: Coroutine[Any, Any, None]) -> None:
        """Nothing is left half done when whoever asked for it goes away meanwhile."""
        acting = asyncio.create_task(act)
        self._acting.add(acting)
        acting.add_done_callback(self._acting.discard)
        await asyncio.shield(acting)

    async def _move(self, what: Literal["kill", "stop", "start"]) -> None:
        if what == "kill" and self._bot_moves.locked() and self._world.bot.running:
            await self._world.bot.kill()  # whoever waits for its start or its end is told by that
            return
        if self._bot_moves.locked():
            raise NotOffered("The bot is being started or stopped already.")
        async with self._bot_moves:
            process = self._world.bot
            if what == "start" and process.running:
                raise NotOffered("The bot is running already.")
            if what != "start" and not process.running:
                raise NotOffered("The bot is not running.")
            match what:
                case "kill":
                    await process.kill()
                case "stop":
                    await process.stop()
                case "start":
                    await self._start()
        self._world.discord.world.pulse.beat()

    async def _start(self) -> None:
        try:
            await self._world.started()
        except NotStarted as failed:
            raise NotOffered(f"{failed} Look at its log.") from failed

    def forward(self, seconds: float) -> None:
        """Move the clock of the whole world."""
        self._world.clock.advance(seconds)
        self._world.discord.world.pulse.beat()

    def finish(self) -> None:
        """Bring everything that the provider works on to its end."""
        self._world.novita.finish_all()

    def key(self, person: Person) -> str:
        """Open an account at the provider; its key."""
        return self._world.novita.key(person.name)


# --- the bot's database -----------------------------------------------------------------------------------------


def opened(path: Path) -> sqlite3.Connection:
    """A connection that can read and nothing else. Errors: `sqlite3.OperationalError`, also when there is no file."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)


def jobs_in(path: Path, *, names: dict[int, str]) -> list[JobShown]:
    """The newest jobs, newest first; none while there is no database, no table in it, or no way to it."""
    try:
        with closing(opened(path)) as database:
            rows = database.execute(
                "SELECT id, owner_id, spec, provider, state, progress, failure, attempts, created_at, state_since"
                " FROM jobs ORDER BY rowid DESC LIMIT ?",
                (MOST,),
            ).fetchall()
    except sqlite3.OperationalError:
        return []
    return [_job(row, names) for row in rows]


def _job(row: tuple[Any, ...], names: dict[int, str]) -> JobShown:
    job_id, owner, spec, provider, state, progress, failure, attempts, created, since = row
    way = json.loads(progress)
    return JobShown(
        id=job_id,
        owner=names.get(owner, "somebody"),
        what=in_short(json.loads(spec)),
        provider=provider,
        state=state,
        note=json.loads(failure)["code"] if failure else way.get("note"),
        percent=way.get("percent"),
        attempts=attempts,
        created=_instant(created),
        since=_instant(since),
    )


def in_short(spec: dict[str, Any]) -> str:
    """What was ordered, in a few words."""
    if spec["type"] == "training":
        return f"LoRA {spec['name']}"
    asked = " ".join(str(spec["asked"]).split())
    return f"“{asked if len(asked) <= _PROMPT else asked[: _PROMPT - 1].rstrip() + '…'}”"


def _instant(stored: str) -> float:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC).timestamp()


# --- the rest ---------------------------------------------------------------------------------------------------


def tail(path: Path) -> list[str]:
    """The last lines of a log, without colours; none when there is no log."""
    try:
        with path.open("rb") as file:
            start = max(0, file.seek(0, 2) - _LOG_BYTES)
            file.seek(start)
            lines = file.read(_LOG_BYTES).decode(errors="replace").splitlines()
    except FileNotFoundError:
        return []
    whole = lines[1:] if start else lines
    return [_ANSI.sub("", line)[:_LINE] for line in whole[-MOST:]]


def _request(n: int, record: RequestRecord) -> RequestShown:
    return RequestShown(
        n=n,
        at=record.at,
        host=record.place.value,
        method=record.method,
        path=record.path,
        account=record.account,
        status=record.status,
        sent=record.request_bytes,
        received=record.response_bytes,
        faults=list(record.faults),
    )


def _exchange(entry: dict[str, Any]) -> ExchangeShown:
    return ExchangeShown(
        at=entry["at"],
        method=entry["method"],
        path=_without_token(entry["path"]),
        status=entry["status"],
    )


def _without_token(path: str) -> str:
    """An interaction's token is long and says nothing: its first letters stand for it."""
    return re.sub(r"(/(?:webhooks|interactions)/\d+/[^/]{8})[^/]+", r"\1…", path)
