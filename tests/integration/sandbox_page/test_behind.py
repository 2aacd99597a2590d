"""Behind the scenes: what is told of the world, that looking changes nothing, and the hands on bot and clock."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.clock import Clock
from bot.sandbox.clock import SandboxClock
from bot.sandbox.discord import NotOffered
from bot.sandbox.moved import follow
from bot.sandbox.novita import Pace
from bot.sandbox.novita.records import Place, RequestRecord
from bot.sandbox.page.behind import MOST, Behind, in_short, jobs_in, opened, tail
from bot.sandbox.page.protocol import BehindTold, JobShown
from bot.sandbox.pictures import training_pictures
from bot.sandbox.world import World, open_world
from tests.acceptance.habits import cards_in_peace, nothing_failed, nothing_leaked
from tests.acceptance.scenes import orders_training, until

SLOW = Pace(queue_seconds=60, training_seconds=900, deploying_seconds=30)
TWENTY_MINUTES = 20 * 60.0


# --- looking ----------------------------------------------------------------------------------------------------


async def test_a_world_whose_bot_never_ran_has_no_jobs_and_no_log(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        told = Behind(world).snapshot()
    assert (told.jobs, told.log, told.requests, told.accounts) == ([], [], [], [])
    assert (told.bot.running, told.bot.connected, told.bot.starts) == (False, False, 0)
    assert told.faults
    assert not any(each.on for each in told.faults)


def test_a_database_that_has_no_table_yet_or_is_locked_has_no_jobs(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    assert jobs_in(path, names={}) == []
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("CREATE TABLE jobs (id TEXT)")
        assert jobs_in(path, names={}) == []
    assert jobs_in(path, names={}) == []


def test_nothing_can_be_written_through_the_connection(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE jobs (id TEXT); INSERT INTO jobs VALUES ('k')"
        )
    before = path.read_bytes()
    with closing(opened(path)) as database:
        assert database.execute("SELECT id FROM jobs").fetchall() == [("k",)]
        for statement in ("INSERT INTO jobs VALUES ('x')", "DELETE FROM jobs", "CREATE TABLE more (id TEXT)"):
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                database.execute(statement)
    assert path.read_bytes() == before


async def test_only_the_newest_of_many_requests_are_told(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        for n in range(1, 5001):
            world.novita.requests.append(_request(n))
            world.discord.exchanges.add({"at": n, "method": "GET", "path": f"/{n}", "status": None})
        told = Behind(world).snapshot()
    assert [each.n for each in told.requests] == list(range(4901, 5001))
    assert told.requests[-1].path == "/v3/5000"
    assert [each.path for each in told.exchanges] == [f"/{n}" for n in range(4901, 5001)]


async def test_an_interactions_token_is_only_hinted_at(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        path = "/webhooks/12/abcdefghijklmnop/messages/@original"
        world.discord.exchanges.add({"at": 1.0, "method": "PATCH", "path": path, "status": 200})
        (shown,) = Behind(world).snapshot().exchanges
    assert shown.path == "/webhooks/12/abcdefgh…/messages/@original"


def test_an_order_is_told_in_a_few_words() -> None:
    assert in_short({"type": "training", "name": "mara"}) == "LoRA mara"
    assert in_short({"type": "painting", "asked": "a cat\non an  island"}) == "“a cat on an island”"
    long = in_short({"type": "painting", "asked": "cat " * 50})
    assert len(long) <= 82
    assert long.endswith("…”")


def test_a_log_is_read_from_its_end_and_loses_its_colours(tmp_path: Path) -> None:
    path = tmp_path / "bot.log"
    assert tail(path) == []
    path.write_text("".join(f"\x1b[32m{n} é\x1b[0m\n" for n in range(20_000)))
    assert tail(path) == [f"{n} é" for n in range(20_000 - MOST, 20_000)]
    path.write_text("x" * 100_000 + "\nlast\n")
    assert tail(path) == ["last"]


async def test_a_change_is_told_at_the_next_look_and_nothing_else_is(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        told: list[BehindTold] = []
        looks = Looks()
        watching = asyncio.create_task(Behind(world, pause=looks.pause).watched(told.append))
        await looks.over()
        assert len(told) == 1
        for _ in range(3):
            await looks.again()
        assert len(told) == 1, "nothing had changed"
        for n in range(1, 4):
            world.novita.requests.append(_request(n))
        world.clock.advance(60)
        await looks.again()
        assert [len(each.requests) for each in told] == [0, 3]
        assert told[-1].moved == 60
        world.novita.requests[-1].status = 200
        await looks.again()
        assert told[-1].requests[-1].status == 200
        watching.cancel()
        assert set(looks.asked) == {0.25}


class Looks:
    """A pause between two looks that ends when a test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._begun = asyncio.Event()
        self._go = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._begun.set()
        await self._go.wait()
        self._go.clear()

    async def over(self) -> None:
        await self._begun.wait()

    async def again(self) -> None:
        self._begun.clear()
        self._go.set()
        await self._begun.wait()


def _request(n: int) -> RequestRecord:
    return RequestRecord(place=Place.API, method="GET", path=f"/v3/{n}", query="", at=float(n), headers={})


# --- reaching in ------------------------------------------------------------------------------------------------


async def test_what_makes_no_sense_now_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        behind = Behind(world)
        for what in ("kill", "stop"):
            with pytest.raises(NotOffered, match=r"^The bot is not running\.$"):
                await behind.bot(what)
        with pytest.raises(NotOffered):
            await behind.switch("rain", on=True)


async def test_a_bot_that_ends_instead_of_starting_is_told_at_once(tmp_path: Path) -> None:
    async with open_world(tmp_path, environment={"ENCRYPTION_KEYS": "no key"}) as world, asyncio.timeout(30):
        with pytest.raises(NotOffered, match=r"^The bot ended instead of starting\. Look at its log\.$"):
            await Behind(world).bot("start")
        assert "ENCRYPTION_KEYS" in "\n".join(Behind(world).snapshot().log)


async def test_a_key_opens_an_account_in_the_persons_name(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        behind = Behind(world)
        key = behind.key(world.ada)
        (account,) = behind.snapshot().accounts
    assert (account.key, account.name, account.orders) == (key, "Ada", 0)
    assert account.balance > 0


def test_a_clock_that_follows_is_moved_with_the_sandboxs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", Clock.now)  # put back afterwards
    told = tmp_path / "clock"
    sandbox = SandboxClock(told=told)
    follow(told)
    assert abs(Clock().now() - datetime.now(UTC)) < timedelta(seconds=5)
    sandbox.advance(3600)
    sandbox.advance(0.5)
    assert abs(Clock().now() - sandbox.now()) < timedelta(seconds=5)
    assert sandbox.moved == 3600.5


async def test_a_bot_starts_until_it_has_come_to_discord(tmp_path: Path) -> None:
    async with open_world(tmp_path, preloaded=True) as world:
        behind = Behind(world)
        await world.bot.start()
        told = behind.snapshot().bot
        assert (told.running, told.starting, told.connected) == (True, True, False)
        await world.discord.gateway.connected()
        assert not behind.snapshot().bot.starting
        world.discord.gateway.cut()
        await world.discord.gateway.disconnected()
        assert not behind.snapshot().bot.starting


@pytest.mark.timeout(120)
async def test_the_bot_lives_in_the_time_of_its_world(tmp_path: Path) -> None:
    """A training that takes sixteen minutes is there after twenty were skipped, and the bot counts them as passed."""
    async with open_world(tmp_path, pace=SLOW, moved=True) as world:
        behind = Behind(world)
        await behind.bot("start")
        with pytest.raises(NotOffered, match="running already"):
            await behind.bot("start")
        await world.has_key(world.ada)
        cats = await asyncio.to_thread(training_pictures, "cat", 4, tmp_path / "cats", size=256)
        await orders_training(world.ada, "mara", cats)
        job = await _stands(world, behind, "running")
        assert (job.owner, job.what, job.provider) == ("Ada", "LoRA mara", "novita")
        told = behind.snapshot()
        assert len(told.uploads) == 4
        assert not any(each.tells for each in told.uploads)
        assert (told.bot.running, told.bot.connected, told.bot.starts) == (True, True, 1)
        assert {each.host for each in told.requests} == {"api", "bucket"}
        assert told.log

        behind.forward(TWENTY_MINUTES)
        job = await _stands(world, behind, "done")
        assert TWENTY_MINUTES <= job.since - job.created < TWENTY_MINUTES + 120
        assert abs(behind.snapshot().now - job.since) < 60

        await behind.bot("kill")
        assert not behind.snapshot().bot.running
        await behind.bot("start")
        assert behind.snapshot().bot.starts == 2
        await world.ada.runs("/imagine", prompt="a cat on an island", lora="mara")
        job = await _stands(world, behind, "running", within=20)
        assert job.what == "“a cat on an island”"
        assert abs(job.created - world.clock.time()) < 60, "started anew, it still lives in the moved time"
        behind.finish()
        await _stands(world, behind, "done")
        await behind.bot("stop")
        nothing_leaked(world)
        nothing_failed(world)
        cards_in_peace(world)


async def _stands(world: World, behind: Behind, state: str, *, within: float = 45) -> JobShown:
    def look() -> JobShown | None:
        jobs = behind.snapshot().jobs
        return jobs[0] if jobs and jobs[0].state == state else None

    return await until(world, look, what=f"a job {state}", within=within)
