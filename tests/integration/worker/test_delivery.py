"""Results on their way: the ways in order, once in the eyes of a person, and everything kept when none is open."""

from __future__ import annotations

import asyncio
import io
import random

import pytest
from PIL import Image

from bot.domain.jobs import Job, JobState, Reach
from bot.services.messenger import TryLater, Way
from bot.storage.results import Result
from bot.worker.board import EVERY
from bot.worker.delivery import FILE_LIMIT
from tests.house import House
from tests.values import MIB, address, job, training_spec


def noise(side: int) -> bytes:
    """A picture that hardly packs."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3)).save(out, "PNG")
    return out.getvalue()


async def painted(house: House, *pictures: bytes, rested: bool = True, **changes: object) -> Job:
    """A painting that is ready to be delivered; `rested`, its card may be written to again."""
    if rested:
        house.clock.advance(EVERY)
    of = await house.add(job(state=JobState.DELIVERING, **changes))
    folder = house.folders.results(of.id)
    results = []
    for number, data in enumerate(pictures):
        file = folder / f"{number}.image"
        await asyncio.to_thread(file.write_bytes, data)
        results.append(Result(number, house.folders.relative(file)))
    async with house.database.write() as tx:
        await tx.results.replace(of.id, results)
    return of


async def test_a_result_goes_to_its_channel_once_and_where_it_is_is_noted(house: House, png: bytes) -> None:
    of = await painted(house, png, png)
    done = await house.delivery.deliver(of)
    assert (done.state, done.delivered_channel_id, done.delivered_message_id) == (JobState.DONE, 1, 1000)
    assert house.messenger.tries == [(Way.CHANNEL, False)]
    assert house.messenger.posted[0].sizes == (len(png), len(png))
    assert done.card_stale


@pytest.mark.parametrize(
    ("reach", "ways"),
    [
        (Reach.CHANNEL, [Way.CHANNEL, Way.TOKEN, Way.DIRECT]),
        (Reach.TOKEN, [Way.TOKEN, Way.DIRECT]),
    ],
)
async def test_the_ways_are_tried_in_order_until_one_is_open(
    house: House, png: bytes, reach: Reach, ways: list[Way]
) -> None:
    for number in range(len(ways)):
        house.messenger.tries.clear()
        house.messenger.closed = set(ways[:number])
        done = await house.delivery.deliver(await painted(house, png, address=address(reach=reach)))
        assert done.state is JobState.DONE
        assert [way for way, _ in house.messenger.tries] == ways[: number + 1]


async def test_where_every_way_is_closed_the_result_is_kept(house: House, png: bytes) -> None:
    of = await painted(house, png)
    house.messenger.closed = set(Way)
    after = await house.delivery.deliver(of)
    assert after.state is JobState.UNDELIVERABLE
    assert [file.path is not None for file in (await house.desk.look(after)).painted] == [True]


async def test_a_try_after_a_crash_looks_first_and_posts_nothing_twice(house: House, png: bytes) -> None:
    of = await painted(house, png)
    house.messenger.losing = [TryLater(1)]
    with pytest.raises(TryLater):
        await house.delivery.deliver(of)
    again = await house.job(of)
    assert (again.state, again.attempts) == (JobState.DELIVERING, 1)
    done = await house.delivery.deliver(again)
    assert done.state is JobState.DONE
    assert house.messenger.tries == [(Way.CHANNEL, False), (Way.CHANNEL, True)]
    assert len(house.messenger.posted) == 1


async def test_a_way_that_is_closed_for_the_moment_is_not_gone_around(house: House, png: bytes) -> None:
    of = await painted(house, png)
    house.messenger.trouble = [TryLater(60)]
    with pytest.raises(TryLater):
        await house.delivery.deliver(of)
    assert house.messenger.tries == [(Way.CHANNEL, False)]


async def test_pictures_that_are_too_large_shrink_until_they_are_taken(house: House) -> None:
    of = await painted(house, noise(700), noise(700))
    house.messenger.most = MIB // 2
    done = await house.delivery.deliver(of)
    assert done.state is JobState.DONE
    (posted,) = house.messenger.posted
    assert len(posted.sizes) == 2
    assert all(size <= MIB // 2 for size in posted.sizes)
    assert posted.way in (Way.CHANNEL, Way.TOKEN)


async def test_a_way_that_takes_no_size_is_closed(house: House, png: bytes) -> None:
    of = await painted(house, png)
    house.messenger.most = 1
    assert (await house.delivery.deliver(of)).state is JobState.UNDELIVERABLE


async def test_the_limit_of_the_interaction_counts_only_where_the_result_goes_through_it(
    house: House,
) -> None:
    big = noise(700)
    small = address(attachment_limit=200_000, reach=Reach.TOKEN)
    await house.delivery.deliver(await painted(house, big, address=small))
    await house.delivery.deliver(await painted(house, big, address=address(attachment_limit=200_000)))
    through, own = house.messenger.posted
    assert through.sizes[0] <= 200_000
    assert own.sizes[0] == len(big) <= FILE_LIMIT


async def test_a_trained_lora_is_delivered_without_files(house: House) -> None:
    of = await house.add(job(training_spec(), state=JobState.DELIVERING))
    assert (await house.delivery.deliver(of)).state is JobState.DONE
    assert house.messenger.posted[0].sizes == ()


async def test_a_result_that_takes_the_place_of_its_card_waits_for_an_edit_under_way(
    house: House, png: bytes
) -> None:
    of = await painted(house, png, address=address(reach=Reach.TOKEN))
    async with house.board.held(of.id):
        delivering = asyncio.create_task(house.delivery.deliver(of))
        async with house.database.write():  # the try is counted by now, or in a moment
            pass
        assert house.messenger.posted == []
    assert (await delivering).state is JobState.DONE


async def test_a_result_that_takes_the_place_of_its_card_keeps_the_pace_of_edits(
    house: House, png: bytes
) -> None:
    of = await painted(house, png, rested=False, address=address(reach=Reach.TOKEN))
    with pytest.raises(TryLater):
        await house.delivery.deliver(of)
    house.clock.advance(EVERY)
    assert (await house.delivery.deliver(await house.job(of))).state is JobState.DONE
    assert len(house.messenger.posted) == 1
