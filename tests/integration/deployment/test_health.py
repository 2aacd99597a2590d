"""Health over a socket: a poller that lives, waits, stalls and dies; figures that never wait for the database."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
import pytest

from bot.health import Counts, Health, Heartbeat, Lag, Signs, served
from bot.telemetry import Tally


@dataclass
class Hands:
    """A clock that is moved by hand, in seconds."""

    time: float = 1000.0

    def now(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def heartbeat(clock: Hands) -> Heartbeat:
    return Heartbeat(now=clock.now)


async def _nothing() -> None:
    """A loop's start, at once at its end."""


async def _none() -> Mapping[str, int]:
    return {"running": 0}


@pytest.fixture
def signs(heartbeat: Heartbeat, clock: Hands) -> Signs:
    return Signs(
        counts=Counts(_none, now=clock.now),
        heartbeat=heartbeat,
        lag=Lag(),
        tally=Tally(),
        watched=lambda: 3,
        restarts={"poller": 2},
        alive={"poller": True},
        connected=lambda: True,
        latencies=lambda: [(0, 0.25), (1, float("nan")), (2, float("inf"))],
    )


@dataclass(frozen=True)
class Pages:
    session: aiohttp.ClientSession
    port: int

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def _pages(health: Health, signs: Signs) -> AsyncIterator[Pages]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with served(health, signs, host="127.0.0.1", port=port), aiohttp.ClientSession() as session:
        yield Pages(session, port)


async def test_a_poller_that_takes_no_turn_for_two_minutes_is_dead(
    signs: Signs, heartbeat: Heartbeat, clock: Hands
) -> None:
    health = Health()
    health.live("poller", heartbeat.beats)
    async with _pages(health, signs) as pages:
        await heartbeat.listening(_nothing)()
        heartbeat.heard()
        clock.time += 119
        assert await pages.get("/health") == (200, '{"poller": true}')
        clock.time += 2
        assert await pages.get("/health") == (503, '{"poller": false}')
        assert "easel_poller_silence_seconds 121.0" in (await pages.get("/metrics"))[1]
        heartbeat.heard()
        assert await pages.get("/health") == (200, '{"poller": true}')


async def test_a_poller_that_waits_for_discord_or_for_another_process_is_well(
    heartbeat: Heartbeat, clock: Hands
) -> None:
    clock.time += 3600
    assert heartbeat.beats(), "it was never started"
    await heartbeat.listening(_nothing)()
    clock.time += 3600
    assert heartbeat.beats(), "another process has the jobs"


async def test_a_poller_that_is_started_again_and_again_without_a_turn_is_dead(
    heartbeat: Heartbeat, clock: Hands
) -> None:
    loop = heartbeat.listening(_nothing)
    heartbeat.heard()
    for _ in range(3):
        await loop()
        clock.time += 31
        assert heartbeat.beats()
    await loop()
    clock.time += 31
    assert not heartbeat.beats()


async def test_ready_is_both_kinds_of_checks_and_live_is_its_own(signs: Signs) -> None:
    health, connected = Health(), {"discord": False}
    health.live("poller", lambda: True)
    health.ready("discord", lambda: connected["discord"])
    async with _pages(health, signs) as pages:
        assert await pages.get("/health") == (200, '{"poller": true}')
        assert await pages.get("/ready") == (503, '{"poller": true, "discord": false}')
        connected["discord"] = True
        assert (await pages.get("/ready"))[0] == 200


async def test_a_database_that_hangs_does_not_hold_up_the_figures(signs: Signs, clock: Hands) -> None:
    asked = asyncio.Event()

    async def hangs() -> Mapping[str, int]:
        asked.set()
        await asyncio.Event().wait()
        return {}

    health = Health()
    hanging = replace(signs, counts=Counts(hangs, now=clock.now))
    health.ready("database", lambda: hanging.counts.well)
    async with _pages(health, hanging) as pages:
        started = time.monotonic()
        status, page = await pages.get("/metrics")
        assert status == 200
        assert time.monotonic() - started < 3
        assert asked.is_set()
        assert "easel_database_up 0.0" in page
        assert await pages.get("/ready") == (503, '{"database": false}')


async def test_counts_are_asked_for_once_in_five_seconds_and_survive_a_failure(
    clock: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Callable[[], Mapping[str, int]]] = [lambda: {"done": 1}, lambda: {"done": 2}]
    asked = 0

    async def ask() -> Mapping[str, int]:
        nonlocal asked
        asked += 1
        return answers[asked - 1]()

    counts = Counts(ask, now=clock.now)
    for _ in range(3):
        await counts.refresh()
    assert (asked, counts.latest) == (1, {"done": 1})
    clock.time += 6
    await counts.refresh()
    assert (asked, counts.latest, counts.well) == (2, {"done": 2}, True)

    # the third time there is no answer
    clock.time += 6
    await counts.refresh()
    assert (counts.latest, counts.well) == ({"done": 2}, False)
    assert "jobs could not be counted" in caplog.text


async def test_the_figures_are_named_as_a_monitor_expects_them(signs: Signs) -> None:
    async with _pages(Health(), signs) as pages:
        page = (await pages.get("/metrics"))[1]

    for line in (
        'easel_jobs{state="running"} 0.0',
        "easel_jobs_watched 3.0",
        'easel_loop_restarts_total{loop="poller"} 2.0',
        'easel_gateway_latency_seconds{shard="0"} 0.25',
        "easel_gateway_up 1.0",
    ):
        assert line in page.splitlines()
    assert 'shard="1"' not in page, "a latency that is not known yet is none"
    assert "easel_process_resident_memory_bytes" in page
    assert 'easel_build_info{python="' in page


async def test_a_blocked_event_loop_is_measured() -> None:
    lag = Lag(every=0.01)
    measuring = asyncio.create_task(lag.run())
    await asyncio.sleep(0)
    time.sleep(0.25)  # noqa: ASYNC251  # what is to be measured
    await asyncio.wait([measuring], timeout=0.1)
    measuring.cancel()

    assert lag.worst > 0.2


async def test_on_port_0_nobody_listens(signs: Signs) -> None:
    async with served(Health(), signs, host="no such host", port=0):
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "lag"]


def test_events_are_counted_by_what_they_were_about(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally()
    log = logging.getLogger("bot.somewhere")
    monkeypatch.setattr(log, "handlers", [tally])
    monkeypatch.setattr(log, "propagate", False)
    log.setLevel(logging.INFO)
    log.info("delivered", extra={"job": "1", "way": "direct"})
    log.warning("undeliverable", extra={"job": "2"})
    log.info("refused", extra={"refusal": "no_key"})
    log.info("refused", extra={"refusal": "rate_limited", "job": "3", "state": "running"})
    log.error("something %s", "else")

    assert tally.deliveries == {"direct": 1, "undeliverable": 1}
    assert tally.refusals == {("no_key", "person"): 1, ("rate_limited", "job"): 1}
    assert tally.troubles == {"warning": 1, "error": 1}
