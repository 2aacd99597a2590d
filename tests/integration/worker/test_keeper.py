"""Retention, enforced."""

from __future__ import annotations

import asyncio

from bot.domain.jobs import KEEP_PICTURES, KEEP_RESULTS, Job, JobState
from bot.storage.pictures import NewPicture
from bot.storage.results import Result
from tests.clocks import NOON
from tests.house import House
from tests.values import job, training_spec


async def with_files(house: House, of: Job) -> Job:
    """A picture and a result, on disk and in the database."""
    await house.add(of)
    picture, result = house.folders.pictures(of.id) / "0.png", house.folders.results(of.id) / "0.image"
    for file in (picture, result):
        await asyncio.to_thread(file.write_bytes, b"x")
    async with house.database.write() as tx:
        await tx.pictures.replace(
            of.id, [NewPicture("cat.png", path=house.folders.relative(picture), extension="png")]
        )
        await tx.results.replace(of.id, [Result(0, house.folders.relative(result))])
    return of


def kept(house: House, of: Job) -> tuple[bool, bool]:
    """Whether its pictures and its results are still on disk."""
    return (house.root / "trainings" / of.id).exists(), (house.root / "results" / of.id).exists()


async def test_results_go_after_thirty_days_and_pictures_after_seven(house: House) -> None:
    of = await with_files(house, job(training_spec(), state=JobState.FAILED))
    house.clock.advance(KEEP_PICTURES)
    await house.keeper.tidy()
    assert kept(house, of) == (True, True)
    house.clock.advance(seconds=1)
    await house.keeper.tidy()
    assert kept(house, of) == (False, True)
    house.clock.advance(KEEP_RESULTS - KEEP_PICTURES)
    await house.keeper.tidy()
    assert kept(house, of) == (False, False)
    async with house.database.read() as tx:
        assert [(p.label, p.path) for p in await tx.pictures.of(of.id)] == [("cat.png", None)]
        assert [result.path for result in await tx.results.of(of.id)] == [None]


async def test_a_job_that_is_not_over_keeps_everything_however_old(house: House) -> None:
    of = await with_files(house, job(training_spec(), state=JobState.QUEUED))
    house.clock.advance(days=400)
    await house.keeper.tidy()
    assert kept(house, of) == (True, True)


async def test_an_undeliverable_result_is_kept_as_long_as_any_other(house: House) -> None:
    of = await with_files(house, job(state=JobState.UNDELIVERABLE, finished_at=NOON))
    house.clock.advance(KEEP_RESULTS)
    await house.keeper.tidy()
    assert kept(house, of)[1]


async def test_tidying_twice_and_after_the_files_are_gone_already_is_no_matter(house: House) -> None:
    of = await with_files(house, job(state=JobState.DONE))
    await house.folders.discard_results(of.id)
    house.clock.advance(days=40)
    await house.keeper.tidy()
    await house.keeper.tidy()
    assert kept(house, of) == (False, False)
