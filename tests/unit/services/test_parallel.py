"""Many things at once, few at a time."""

from __future__ import annotations

import asyncio

import pytest

from bot.services.bell import Bell
from bot.services.parallel import each


async def test_results_come_in_the_order_of_the_items_whoever_is_first() -> None:
    turns = [asyncio.Event() for _ in range(4)]
    turns[3].set()

    async def work(number: int) -> int:
        await turns[number].wait()
        if number:
            turns[number - 1].set()
        return number * 10

    assert await each(work, range(4), at_once=4) == [0, 10, 20, 30]


async def test_never_more_than_so_many_are_under_way() -> None:
    going = most = 0

    async def work(_: int) -> None:
        nonlocal going, most
        going += 1
        most = max(most, going)
        await asyncio.sleep(0)
        going -= 1

    await each(work, range(20), at_once=3)
    assert most == 3


async def test_the_first_failure_is_raised_as_it_is_and_ends_the_others() -> None:
    ended: list[int] = []

    async def work(number: int) -> None:
        if number == 1:
            raise LookupError("one")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    with pytest.raises(LookupError, match="one"):
        await each(work, range(3), at_once=3)
    assert sorted(ended) == [0, 2]


async def test_what_had_not_begun_when_one_failed_never_begins() -> None:
    begun: list[int] = []

    async def work(number: int) -> None:
        begun.append(number)
        await asyncio.sleep(0)
        raise LookupError(number)

    with pytest.raises(LookupError):
        await each(work, range(10), at_once=1)
    assert begun in ([0], [0, 1])


async def test_nothing_to_do_is_done() -> None:
    async def work(_: object) -> None:
        raise AssertionError

    assert await each(work, [], at_once=1) == []


async def test_ringing_twice_is_ringing_once_and_what_was_heard_is_over() -> None:
    bell = Bell()
    for name in ("a", "b", "a"):
        bell.ring(name)
    await asyncio.wait_for(bell.wait(), 1)
    assert bell.heard() == ["a", "b"]
    assert bell.heard() == []


async def test_a_bell_that_nobody_has_heard_is_not_waited_for() -> None:
    bell = Bell()
    waiting = asyncio.create_task(bell.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.ring("a")
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(bell.wait(), 1)
