"""Loops that fail are started again, beside others that do not notice."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.worker import supervisor
from bot.worker.supervisor import Supervisor


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_FIRST", 0.0)


class Loop:
    """Fails so many times, then runs until it is cancelled."""

    def __init__(self, *faults: Exception | None) -> None:
        self.faults = list(faults)
        self.starts = 0
        self.settled = asyncio.Event()

    async def run(self) -> None:
        self.starts += 1
        if self.faults:
            fault = self.faults.pop(0)
            if fault is None:
                return
            raise fault
        self.settled.set()
        await asyncio.Event().wait()


async def stopped(running: asyncio.Task[None]) -> None:
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_loop_that_fails_or_ends_is_started_again_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad, good = Loop(RuntimeError("one"), None, OSError("three")), Loop()
    watched = Supervisor({"bad": bad.run, "good": good.run})
    with caplog.at_level(logging.ERROR):
        running = asyncio.create_task(watched.run())
        async with asyncio.timeout(5):
            await bad.settled.wait()
    assert (bad.starts, good.starts) == (4, 1)
    assert watched.failures == {"bad": 3, "good": 0}
    assert watched.alive == {"bad": True, "good": True}
    assert [record.__dict__["loop"] for record in caplog.records] == ["bad", "bad"]
    assert all(record.exc_info for record in caplog.records)
    await stopped(running)


async def test_stopping_stops_every_loop_and_none_is_alive_afterwards() -> None:
    loops = {"a": Loop(), "b": Loop()}
    watched = Supervisor({name: loop.run for name, loop in loops.items()})
    running = asyncio.create_task(watched.run())
    async with asyncio.timeout(5):
        for loop in loops.values():
            await loop.settled.wait()
    await stopped(running)
    assert watched.alive == {"a": False, "b": False}
    assert watched.failures == {"a": 0, "b": 0}
