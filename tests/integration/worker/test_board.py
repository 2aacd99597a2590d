"""Cards: edited at most every five seconds, only when they would change, and true in the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.domain.errors import TaskFailed
from bot.domain.jobs import Job, JobState, Progress
from bot.services.messenger import Notice, TryLater, Way
from bot.worker.board import EVERY
from tests.clocks import NOON
from tests.house import House
from tests.values import address, job, running

FAILURE = TaskFailed(provider="novita", reason="").to_facts()


@asynccontextmanager
async def shown(house: House) -> AsyncIterator[None]:
    """The board at work, past the pause that it makes for a process before it."""
    house.clock.advance(EVERY)
    showing = asyncio.create_task(house.board.run())
    try:
        yield
    finally:
        showing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await showing


async def settled(house: House) -> None:
    """Until the board has done what it may do now: it has woken for the card of another job, and nobody writes."""
    other = await house.add(running())
    await house.board.update(other)
    async with asyncio.timeout(5):
        while other.id not in {card[0] for card in house.messenger.cards} or house.board._under_way:  # noqa: ASYNC110
            await asyncio.sleep(0)


def faces(house: House, of: Job) -> list[str]:
    """What the card of a job has shown, in turn."""
    return [face for job_id, _, face in house.messenger.cards if job_id == of.id]


async def changed(house: House, of: Job, **changes: object) -> Job:
    """The job changes and the board is told."""
    after = await house.desk.save(of, **changes)
    await house.board.update(after)
    return after


async def test_a_change_is_shown_and_shown_once(house: House) -> None:
    of = await house.add(running())
    async with shown(house):
        await house.board.update(of)
        await house.messenger.shown(1)
        for _ in range(3):
            await house.board.update(of)
        house.clock.advance(EVERY)
        await house.board.update(of)
        await settled(house)
    assert len(faces(house, of)) == 1


async def test_changes_within_five_seconds_become_one_edit_that_shows_the_last(house: House) -> None:
    of = await house.add(running())
    async with shown(house):
        await house.board.update(of)
        await house.messenger.shown(1)
        for percent in (10, 20, 30):
            await changed(house, of, progress=Progress(percent=percent, note="working"))
        await settled(house)
        assert len(faces(house, of)) == 1
        house.clock.advance(seconds=4.9)
        await house.board.update(of)
        await settled(house)
        assert len(faces(house, of)) == 1
        house.clock.advance(seconds=0.1)
        await house.board.update(of)
        await settled(house)
    assert faces(house, of)[1:] == ["running 30 None working"]


async def test_a_minute_of_changes_is_at_most_thirteen_edits(house: House) -> None:
    of = await house.add(running())
    async with shown(house):
        for second in range(60):
            await changed(house, of, progress=Progress(percent=second, note="working"))
            house.clock.advance(seconds=1)
            await settled(house)
    assert 10 <= len(faces(house, of)) <= 13
    assert faces(house, of)[-1] >= "running 54"


async def test_a_job_that_is_over_has_its_card_shown_and_noted_as_true(house: House) -> None:
    of = await house.add(running())
    async with shown(house):
        await changed(house, of, state=JobState.FAILED, failure=FAILURE)
        await settled(house)
        house.clock.advance(EVERY)
        await settled(house)
    assert faces(house, of) == ["failed None None None"]
    assert not (await house.job(of)).card_stale


async def test_a_card_that_a_crash_left_untrue_is_shown_after_the_restart(house: House) -> None:
    untrue = await house.add(job(state=JobState.DONE, card_stale=True))
    true = await house.add(job(state=JobState.DONE, card_stale=False))
    async with shown(house):
        await house.poller.take_up()
        await settled(house)
    assert (len(faces(house, untrue)), len(faces(house, true))) == (1, 0)
    assert not (await house.job(untrue)).card_stale


async def test_a_card_of_an_earlier_process_is_left_alone_for_five_seconds(house: House) -> None:
    of = await house.add(running(created_at=NOON.replace(hour=1)))
    showing = asyncio.create_task(house.board.run())
    await house.board.update(of)
    new = await house.add(running(created_at=NOON.replace(hour=13)))
    await house.board.update(new)
    await house.messenger.shown(1)
    assert faces(house, of) == []
    house.clock.advance(EVERY)
    await house.board.update(of)
    await house.messenger.shown(2)
    assert len(faces(house, of)) == 1
    showing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await showing


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (JobState.FAILED, [Notice.FAILED]),
        (JobState.UNKNOWN_OUTCOME, [Notice.UNKNOWN]),
        (JobState.RUNNING, []),
        (JobState.DONE, []),
        (JobState.CANCELLED, []),
    ],
)
async def test_the_end_of_a_job_whose_card_is_gone_is_told_where_it_came_to_nothing(
    house: House, state: JobState, told: list[Notice]
) -> None:
    of = await house.add(job(state=state, card_stale=True))
    house.messenger.cards_closed = True
    async with shown(house):
        await house.board.update(of)
        await house.messenger.tried()
        house.messenger.cards_closed = False
        await settled(house)
    assert house.messenger.told == [(of.id, notice) for notice in told]


async def test_a_card_that_is_out_of_reach_while_messages_are_closed_too_is_given_up(house: House) -> None:
    of = await house.add(job(state=JobState.FAILED, card_stale=True))
    house.messenger.cards_closed = True
    house.messenger.closed = {Way.DIRECT}
    async with shown(house):
        await house.board.update(of)
        await house.messenger.tried()
        house.messenger.cards_closed = False
        await settled(house)
    assert not (await house.job(of)).card_stale


async def test_a_card_that_may_be_edited_later_is_edited_later(house: House) -> None:
    of = await house.add(running())
    house.messenger.cards_trouble = [TryLater(30)]
    async with shown(house):
        await house.board.update(of)
        await house.messenger.tried()
        house.clock.advance(seconds=29)
        await settled(house)
        assert faces(house, of) == []
        house.clock.advance(seconds=1)
        await settled(house)
    assert len(faces(house, of)) == 1


async def test_a_fault_of_ours_is_logged_and_the_card_is_tried_again_a_minute_later(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    of = await house.add(running())
    house.messenger.cards_trouble = [RuntimeError("a bug")]
    with caplog.at_level(logging.ERROR):
        async with shown(house):
            await house.board.update(of)
            await house.messenger.tried()
            await settled(house)
            assert faces(house, of) == []
            house.clock.advance(minutes=1)
            await settled(house)
    assert len(faces(house, of)) == 1
    assert [record.message for record in caplog.records] == ["a card could not be shown"]


async def test_a_card_that_somebody_else_writes_to_is_left_to_them_until_they_are_done(house: House) -> None:
    of = await house.add(running())
    async with shown(house):
        async with house.board.held(of.id):
            await house.board.update(of)
            await house.board.update(await house.add(running()))
            await house.messenger.shown(1)
            assert faces(house, of) == []
            await house.desk.save(of, state=JobState.DELIVERING)
        await house.messenger.shown(2)
    assert faces(house, of) == ["delivering None None None"]


async def test_a_job_without_a_card_is_never_shown(house: House) -> None:
    of = await house.add(running(address=address(card_id=None)))
    async with shown(house):
        await house.board.update(of)
        await settled(house)
    assert faces(house, of) == []
