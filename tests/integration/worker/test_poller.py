"""The poller: every job a step further, whatever happens to it, and nothing ordered twice."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import (
    OutcomeUnknown,
    PicturesUnreachable,
    PromptRefused,
    ProviderDown,
    RateLimited,
    ResultLost,
    TaskFailed,
    TaskLost,
)
from bot.domain.jobs import DEADLINES, STUCK_PAINTING, STUCK_TRAINING, Job, JobState, Progress
from bot.domain.models import ProviderName
from bot.providers.base import Deploying, GivenUp, Painted, RemotePicture, Trained, Waiting, Working
from bot.services.messenger import Notice, TryLater, Unreachable, Way
from bot.storage.pictures import NewPicture, Source
from tests.clocks import NOON, FrozenClock
from tests.house import House, open_house
from tests.scripted import ScriptedFiles, ScriptedProvider
from tests.values import ADA, BEN, address, job, painting_spec, running, training_spec

NOVITA = ProviderName.NOVITA
PAINTED = Painted(
    pictures=(RemotePicture("https://results.example/0"), RemotePicture("https://results.example/1"))
)
DOWN = ProviderDown(provider="novita")


async def known(house: House, of: Job) -> Job:
    """Stored, and the poller knows of it."""
    await house.add(of)
    house.bell.ring(of.id)
    return of


async def gathering(house: House, files: ScriptedFiles, **changes: Any) -> Job:
    """A training that was just asked for."""
    of = await house.add(job(training_spec(), state=JobState.GATHERING, **changes))
    async with house.database.write() as tx:
        await tx.pictures.give(of.id, [Source(f"{n}.jpg", url, 1) for n, url in enumerate(files.files)])
    house.bell.ring(of.id)
    return of


async def with_pictures(house: House, of: Job, *, uploaded: bool = True) -> Job:
    """A training with four pictures on disk."""
    await house.add(of)
    folder = house.folders.pictures(of.id)
    paths = [folder / f"{number}.png" for number in range(4)]
    for path in paths:
        await asyncio.to_thread(path.write_bytes, b"x")
    async with house.database.write() as tx:
        looked_at = [
            NewPicture(path.name, path=house.folders.relative(path), extension="png") for path in paths
        ]
        await tx.pictures.replace(of.id, looked_at)
        for picture in await tx.pictures.of(of.id):
            if uploaded:
                await tx.pictures.uploaded(picture.id, asset=f"asset-of-{picture.id}")
    house.bell.ring(of.id)
    return of


async def until_due(house: House, of: Job) -> None:
    """Move the clock to the moment at which the job is looked at next, and look."""
    now = house.clock.now()
    house.clock.advance(max(timedelta(0), house.poller._due.get(of.id, now) - now))
    await house.step()


# --- the ways of a job ----------------------------------------------------------------------------------------


async def test_a_painting_goes_from_the_queue_to_its_owner(house: House, provider: ScriptedProvider) -> None:
    of = await known(house, job(painting_spec(count=2)))
    await house.step()
    after = await house.job(of)
    assert (after.state, after.task_id, after.progress.note) == (JobState.RUNNING, "task-1", "waiting")
    provider.progress = Working(percent=40, eta=5)
    await until_due(house, of)
    after = await house.job(of)
    assert (after.progress.percent, after.progress.note) == (40, "working")
    assert after.progress.ready_at == house.clock.now() + timedelta(seconds=5)
    provider.progress = PAINTED
    await until_due(house, of)
    after = await house.job(of)
    assert after.state is JobState.DONE
    assert [len(post.sizes) for post in house.messenger.posted] == [2]
    assert (provider.paid, house.poller.watched) == (1, 0)


async def test_a_training_goes_from_its_attachments_to_a_lora(
    house: House, provider: ScriptedProvider, files: ScriptedFiles
) -> None:
    of = await gathering(house, files)
    await house.step()
    assert (await house.job(of)).state is JobState.RUNNING
    assert provider.count("upload") == 4
    assert not (house.root / "trainings" / of.id).exists()
    for progress in (Waiting(eta=600), Working(percent=50, eta=300), Deploying()):
        provider.progress = progress
        await until_due(house, of)
        assert (await house.job(of)).state is JobState.RUNNING
    assert not (await house.library.of(ADA))[0].ready
    provider.progress = Trained(model_name="model_mara")
    await until_due(house, of)
    assert (await house.job(of)).state is JobState.DONE
    assert [lora.model_name for lora in await house.library.of(ADA)] == ["model_mara"]
    assert (provider.paid, len(house.messenger.posted)) == (1, 1)


async def test_a_job_that_nobody_rang_for_is_found_when_it_is_due(
    house: House, provider: ScriptedProvider
) -> None:
    of = await house.add(job(due_at=NOON + timedelta(seconds=10)))
    await house.poller.take_up()
    await house.step()
    assert provider.paid == 0
    house.clock.advance(seconds=10)
    await house.step()
    assert (await house.job(of)).state is JobState.RUNNING


async def test_ringing_for_a_job_that_is_over_or_gone_does_nothing(
    house: House, provider: ScriptedProvider
) -> None:
    for state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.UNDELIVERABLE):
        await known(house, job(state=state, card_stale=False))
    house.bell.ring("0000000000")
    await house.step()
    assert (provider.calls, house.poller.watched) == ([], 0)


async def test_a_ring_during_a_step_is_heard_after_it(house: House, provider: ScriptedProvider) -> None:
    of = await known(house, running())
    house.poller.start_due()
    house.bell.ring(of.id)
    house.poller.start_due()
    await house.poller.settle()
    await house.step()
    assert provider.count("ask") == 2


async def test_running_tells_what_the_bell_brings_and_stopping_lets_a_step_finish(
    house: House, provider: ScriptedProvider
) -> None:
    working = asyncio.create_task(house.poller.run())
    of = await known(house, job())
    async with asyncio.timeout(5):
        await provider.called.wait()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    after = await house.job(of)
    assert (after.state, provider.paid) == (JobState.RUNNING, 1)


# --- after a crash --------------------------------------------------------------------------------------------


async def test_a_training_found_submitting_is_looked_for_by_its_name_and_never_ordered_again(
    house: House, provider: ScriptedProvider
) -> None:
    of = await with_pictures(house, job(training_spec(), state=JobState.SUBMITTING))
    provider.listed[of.order_name] = "task-from-before"
    await house.poller.take_up()
    await house.step()
    after = await house.job(of)
    assert (after.state, after.task_id, provider.paid) == (JobState.RUNNING, "task-from-before", 0)


async def test_a_training_that_is_not_listed_is_looked_for_some_minutes_and_then_unknown(
    house: House, provider: ScriptedProvider
) -> None:
    of = await with_pictures(house, job(training_spec(), state=JobState.SUBMITTING))
    await house.step()
    while (await house.job(of)).state is JobState.SUBMITTING:
        await until_due(house, of)
    after = await house.job(of)
    assert after.state is JobState.UNKNOWN_OUTCOME
    assert after.failure == OutcomeUnknown(provider="novita").to_facts()
    assert timedelta(minutes=3) <= house.clock.now() - NOON <= timedelta(minutes=4)
    assert (provider.paid, house.messenger.told) == (0, [(of.id, Notice.UNKNOWN)])
    assert provider.count("find") > 5


async def test_a_painting_found_submitting_is_unknown_at_once_and_never_ordered_again(
    house: House, provider: ScriptedProvider
) -> None:
    of = await known(house, job(state=JobState.SUBMITTING))
    await house.step(times=3)
    assert (await house.job(of)).state is JobState.UNKNOWN_OUTCOME
    assert provider.calls == []


async def test_an_order_whose_answer_is_lost_is_found_in_the_list(
    house: House, provider: ScriptedProvider
) -> None:
    of = await with_pictures(house, job(training_spec()))
    provider.fails("order", OutcomeUnknown(provider="novita"))
    await house.step()
    after = await house.job(of)
    assert (after.state, after.progress.note) == (JobState.SUBMITTING, "looking")
    provider.mends()
    provider.listed[of.order_name] = "task-7"
    await until_due(house, of)
    assert (await house.job(of)).task_id == "task-7"
    assert (provider.count("order"), provider.paid) == (1, 0)


async def test_checking_an_unknown_order_again_finds_it_or_leaves_it(
    house: House, provider: ScriptedProvider
) -> None:
    of = await with_pictures(house, job(training_spec(), state=JobState.UNKNOWN_OUTCOME))
    await house.step()
    assert (await house.job(of)).state is JobState.UNKNOWN_OUTCOME
    provider.listed[of.order_name] = "task-7"
    await house.desk.check_again(ADA, of.id)
    await house.step()
    assert (await house.job(of)).state is JobState.RUNNING
    assert (provider.paid, house.poller.watched) == (0, 1)


@pytest.mark.parametrize("state", [state for state in JobState if not state.over])
async def test_a_job_found_in_any_state_goes_on_in_the_next_process(
    tmp_path: Path, provider: ScriptedProvider, files: ScriptedFiles, state: JobState
) -> None:
    async with open_house(tmp_path, provider=provider, attachments=files) as first:
        await first.give_key()
        if state is JobState.GATHERING:
            of = await gathering(first, files)
        elif state in (JobState.QUEUED, JobState.UPLOADING, JobState.SUBMITTING):
            of = await with_pictures(first, job(training_spec(), state=state))
        else:
            of = await first.add(job(state=state))
        provider.listed[of.order_name] = "task-1"
    provider.progress = Trained("model_mara") if of.spec.type == "training" else PAINTED
    async with open_house(tmp_path, provider=provider, attachments=files) as second:
        await second.poller.take_up()
        await second.step()
        while second.poller.watched:
            await until_due(second, of)
        assert (await second.job(of)).state is JobState.DONE
        assert len(second.messenger.posted) == 1
    ordered = state in (JobState.GATHERING, JobState.QUEUED, JobState.UPLOADING)
    assert provider.paid == (1 if ordered else 0)


# --- orders that nobody was told of ---------------------------------------------------------------------------


async def test_a_card_that_was_put_up_but_not_noted_is_found_and_the_job_begins(
    house: House, provider: ScriptedProvider
) -> None:
    of = await known(house, job(address=address(card_id=None)))
    house.messenger.unnoted[of.id] = 99
    await house.step(times=2)
    after = await house.job(of)
    assert (after.address.card_id, after.state, provider.paid) == (99, JobState.RUNNING, 1)


@pytest.mark.parametrize("trouble", [[], [Unreachable("the interaction is over")]])
async def test_an_order_that_its_owner_was_never_told_of_is_taken_back_and_told(
    house: House, provider: ScriptedProvider, trouble: list[Exception]
) -> None:
    of = await known(house, job(address=address(card_id=None)))
    house.messenger.trouble = trouble
    await house.step()
    assert (await house.job(of)).state is JobState.CANCELLED
    assert (house.messenger.told, provider.paid) == ([(of.id, Notice.WITHDRAWN)], 0)


async def test_discord_that_cannot_say_now_is_asked_again_later_and_not_at_once(
    house: House, provider: ScriptedProvider
) -> None:
    of = await known(house, job(address=address(card_id=None)))
    house.messenger.trouble = [TryLater(30)]
    house.messenger.unnoted[of.id] = 99
    await house.step(times=3)
    assert house.messenger.looked_for == [of.id]
    assert (await house.job(of)).due_at >= NOON + timedelta(seconds=30)
    await until_due(house, of)
    assert (await house.job(of)).address.card_id == 99


# --- budgets, keys and other pauses ---------------------------------------------------------------------------


async def test_a_rate_limit_holds_every_job_of_that_payer_for_as_long_as_it_says(
    house: House, provider: ScriptedProvider
) -> None:
    await house.give_key(owner_id=BEN)
    of = await known(house, job())
    provider.fails("order", RateLimited(provider="novita", retry_after=45.0))
    await house.step()
    provider.mends()
    other, watched, bens = [await known(house, one) for one in (job(), running(), job(owner_id=BEN))]
    await house.step()
    limited = await house.job(of)
    assert (limited.state, limited.progress.note, limited.attempts) == (JobState.QUEUED, "limited", 1)
    assert (await house.job(other)).due_at == limited.due_at == NOON + timedelta(seconds=45)
    assert (await house.job(bens)).state is JobState.RUNNING
    assert (provider.count("order"), provider.count("ask")) == (2, 0)
    house.clock.advance(seconds=44)
    await house.step()
    assert provider.count("order") == 2
    house.clock.advance(seconds=1)
    await house.step()
    assert [(await house.job(one)).state for one in (of, other, watched)] == [JobState.RUNNING] * 3
    assert (provider.count("order"), provider.count("ask"), provider.paid) == (
        4,
        2,
        3,
    )  # Ben was asked for too


async def test_paintings_over_the_budget_wait_their_turn_and_it_is_no_failure(
    house: House, provider: ScriptedProvider
) -> None:
    jobs = [await known(house, job(painting_spec(count=8))) for _ in range(4)]
    await house.step()
    states = [(await house.job(one)).state for one in jobs]
    assert sorted(states) == [JobState.QUEUED, JobState.QUEUED, JobState.RUNNING, JobState.RUNNING]
    waiting = [await house.job(one) for one in jobs if (await house.job(one)).state is JobState.QUEUED]
    assert all((one.attempts, one.progress.note) == (0, "limited") for one in waiting)
    house.clock.advance(minutes=2)
    await house.step()
    assert provider.paid == 4


async def test_a_paid_job_whose_key_stopped_working_waits_for_a_new_one(
    house: House, provider: ScriptedProvider
) -> None:
    of = await known(house, running())
    await house.vault.remove(ADA, NOVITA)
    await house.step()
    after = await house.job(of)
    assert (after.state, after.progress.note) == (JobState.RUNNING, "key")
    assert after.due_at == NOON + timedelta(minutes=10)
    await house.give_key()
    await house.desk.nudge(ADA)
    await house.step()
    assert (await house.job(of)).progress.note == "waiting"


async def test_failures_in_a_row_wait_longer_and_a_success_forgets_them(
    house: House, provider: ScriptedProvider
) -> None:
    of = await known(house, running())
    provider.fails("ask", DOWN)
    pauses = []
    await house.step()
    for _ in range(12):
        after = await house.job(of)
        pauses.append((after.due_at - house.clock.now()).total_seconds())
        await until_due(house, of)
    assert pauses[0] <= 2
    assert pauses[-1] > 100
    assert max(pauses) <= 300
    provider.mends()
    await until_due(house, of)
    after = await house.job(of)
    assert (after.attempts, after.state) == (0, JobState.RUNNING)


async def test_a_task_that_is_not_known_yet_is_asked_for_again_and_lost_after_ten_minutes(
    house: House, provider: ScriptedProvider
) -> None:
    ordered = NOON - timedelta(minutes=9)
    of = await known(house, running(submitted_at=ordered))
    provider.fails("ask", TaskLost(provider="novita"))
    await house.step()
    while (await house.job(of)).state is JobState.RUNNING:
        await until_due(house, of)
    assert timedelta(minutes=10) <= house.clock.now() - ordered <= timedelta(minutes=11)
    assert (await house.job(of)).failure == TaskLost(provider="novita").to_facts()


async def test_links_that_have_expired_are_asked_for_anew_before_a_result_is_lost(
    house: House, provider: ScriptedProvider
) -> None:
    of = await known(house, job(state=JobState.FETCHING))
    provider.progress = PAINTED
    provider.fails("fetch", ResultLost(provider="novita"))
    await house.step()
    assert (await house.job(of)).state is JobState.FETCHING
    provider.mends()
    await until_due(house, of)
    assert (await house.job(of)).state is JobState.DONE


# --- stuck and late -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "after"), [(training_spec(), STUCK_TRAINING), (painting_spec(), STUCK_PAINTING)]
)
async def test_a_job_that_waits_too_long_is_told_once_and_watched_on(
    house: House, provider: ScriptedProvider, spec: Any, after: timedelta
) -> None:
    of = await known(house, running(spec))
    house.clock.advance(after)
    await house.step()
    assert house.messenger.told == []
    house.clock.advance(minutes=1)
    for _ in range(5):
        await until_due(house, of)
    assert house.messenger.told == [(of.id, Notice.STUCK)]
    stuck = await house.job(of)
    assert stuck.stuck_since is not None
    assert house.poller._due[of.id] - house.clock.now() > timedelta(minutes=4)
    provider.progress = Working(percent=1)
    await until_due(house, of)
    assert (await house.job(of)).stuck_since is None
    assert (await house.job(of)).state is JobState.RUNNING


async def outlived(house: House, of: Job) -> timedelta:
    """Step the job until it is over; how long that took."""
    begun = house.clock.now()
    await house.step()
    while not (await house.job(of)).state.over:
        await until_due(house, of)
    return house.clock.now() - begun


async def test_what_cannot_be_gathered_is_given_up_at_its_deadline(
    house: House, files: ScriptedFiles
) -> None:
    of = await gathering(house, files)
    files.trouble = PicturesUnreachable()
    took = await outlived(house, of)
    assert DEADLINES[JobState.GATHERING] <= took <= DEADLINES[JobState.GATHERING] + timedelta(minutes=6)
    after = await house.job(of)
    assert (after.state, (after.failure or {})["code"]) == (JobState.FAILED, "took_too_long")


@pytest.mark.parametrize("call", ["upload", "order"])
async def test_what_cannot_be_ordered_is_given_up_at_its_deadline_and_was_never_paid(
    house: House, provider: ScriptedProvider, call: str
) -> None:
    asked = NOON - timedelta(hours=5)
    of = await with_pictures(house, job(training_spec(), created_at=asked), uploaded=False)
    provider.fails(call, DOWN)
    await outlived(house, of)
    took = house.clock.now() - asked
    assert DEADLINES[JobState.QUEUED] <= took <= DEADLINES[JobState.QUEUED] + timedelta(minutes=6)
    assert (await house.job(of)).state is JobState.FAILED
    assert ((await house.job(of)).failure or {})["code"] == "took_too_long"
    assert (provider.paid, house.messenger.told) == (0, [(of.id, Notice.FAILED)])


async def test_an_order_that_cannot_be_looked_for_is_unknown_at_its_deadline(
    house: House, provider: ScriptedProvider
) -> None:
    of = await with_pictures(house, job(training_spec(), state=JobState.SUBMITTING))
    provider.fails("find", DOWN)
    took = await outlived(house, of)
    assert took <= DEADLINES[JobState.SUBMITTING] + timedelta(minutes=6)
    assert (await house.job(of)).state is JobState.UNKNOWN_OUTCOME


async def test_a_result_that_cannot_be_fetched_for_hours_is_fetched_in_the_end(
    house: House, provider: ScriptedProvider
) -> None:
    of = await known(house, job(state=JobState.FETCHING))
    provider.progress = PAINTED
    provider.fails("fetch", DOWN)
    for _ in range(30):
        house.clock.advance(minutes=10)
        await house.step()
    assert (await house.job(of)).state is JobState.FETCHING
    provider.mends()
    house.clock.advance(minutes=10)
    await house.step()
    assert (await house.job(of)).state is JobState.DONE


async def test_a_result_that_discord_does_not_take_for_a_day_is_kept_for_status(house: House) -> None:
    of = await known(house, job(training_spec(), state=JobState.DELIVERING))
    house.messenger.trouble = [TryLater(3600) for _ in range(50)]
    took = await outlived(house, of)
    assert DEADLINES[JobState.DELIVERING] <= took <= DEADLINES[JobState.DELIVERING] + timedelta(hours=1)
    assert (await house.job(of)).state is JobState.UNDELIVERABLE


async def test_a_job_that_lay_still_past_its_deadline_is_tried_before_it_is_given_up(
    house: House, provider: ScriptedProvider
) -> None:
    """The bot was down for a day: nobody has tried."""
    of = await known(house, job())
    house.clock.advance(days=1)
    await house.step()
    assert (await house.job(of)).state is JobState.RUNNING


async def test_running_has_no_deadline(house: House, provider: ScriptedProvider) -> None:
    of = await known(house, running(training_spec()))
    provider.fails("ask", DOWN)
    await house.step()
    house.clock.advance(days=30)
    await house.step()
    assert (await house.job(of)).state is JobState.RUNNING


# --- faults of our own ----------------------------------------------------------------------------------------


async def test_a_fault_of_ours_never_ends_the_poller_and_is_tried_again(
    house: House, provider: ScriptedProvider, caplog: pytest.LogCaptureFixture
) -> None:
    of, other = await known(house, running()), await known(house, running())
    provider.fails("ask", RuntimeError("a bug"))
    with caplog.at_level(logging.ERROR):
        await house.step()
    assert [record.message for record in caplog.records] == ["a step failed"] * 2
    provider.mends()
    provider.progress = PAINTED
    for one in (of, other):
        await until_due(house, one)
    assert {(await house.job(one)).state for one in (of, other)} == {JobState.DONE}


async def test_an_unpaid_job_that_we_cannot_do_is_given_up_with_a_reference_and_a_paid_one_never(
    house: House, provider: ScriptedProvider
) -> None:
    unpaid = await with_pictures(house, job(training_spec()), uploaded=False)
    provider.fails("upload", RuntimeError("a bug"))
    await outlived(house, unpaid)
    assert (await house.job(unpaid)).failure == {"code": "unexplained", "reference": unpaid.id}
    paid = await known(house, running())
    provider.fails("ask", RuntimeError("a bug"))
    await house.step()
    for _ in range(30):
        await until_due(house, paid)
    assert (await house.job(paid)).state is JobState.RUNNING


async def test_a_fault_while_ordering_may_have_been_paid_for_and_is_looked_for(
    house: House, provider: ScriptedProvider
) -> None:
    of = await with_pictures(house, job(training_spec()))
    provider.fails("order", RuntimeError("a bug"))
    await house.step()
    assert (await house.job(of)).state is JobState.SUBMITTING
    provider.mends()
    provider.listed[of.order_name] = "task-7"
    await until_due(house, of)
    assert ((await house.job(of)).task_id, provider.count("order")) == ("task-7", 1)


async def test_a_database_that_fails_for_a_moment_does_not_lose_a_job(
    house: House, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = await known(house, running())

    async def broken(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(house.desk, "job", broken)
        await house.step()
    provider.progress = PAINTED
    await until_due(house, of)
    assert (await house.job(of)).state is JobState.DONE


# --- what people do meanwhile ---------------------------------------------------------------------------------


async def test_a_job_that_is_cancelled_while_its_pictures_are_uploaded_is_not_ordered(
    house: House, provider: ScriptedProvider
) -> None:
    of = await with_pictures(house, job(training_spec()), uploaded=False)
    provider.waits("upload")
    house.poller.start_due()
    async with asyncio.timeout(5):
        await provider.called.wait()
    assert (await house.desk.cancel(ADA, of.id)).stopped
    provider.goes_on()
    await house.poller.settle()
    assert (await house.job(of)).state is JobState.CANCELLED
    assert (provider.paid, house.poller.watched) == (0, 0)
    assert not (house.root / "trainings" / of.id).exists()


async def test_a_job_that_is_no_longer_watched_stays_so_when_an_answer_comes_late(
    house: House, provider: ScriptedProvider
) -> None:
    of = await known(house, running())
    provider.progress = PAINTED
    provider.waits("ask")
    house.poller.start_due()
    async with asyncio.timeout(5):
        await provider.called.wait()
    await house.desk.stop_watching(ADA, of.id)
    provider.goes_on()
    await house.poller.settle()
    assert (await house.job(of)).state is JobState.CANCELLED
    assert house.messenger.posted == []


async def test_a_failure_is_told_only_where_the_card_alone_would_hide_it(
    house: House, provider: ScriptedProvider
) -> None:
    provider.progress = GivenUp(reason="out of memory")
    quick = await known(house, running())
    slow = await known(house, running(created_at=NOON - timedelta(minutes=3)))
    bare = await known(house, running(address=address(card_id=None)))
    await house.step()
    assert sorted(house.messenger.told) == sorted([(slow.id, Notice.FAILED), (bare.id, Notice.FAILED)])
    assert (await house.job(quick)).failure == TaskFailed(
        provider="novita", reason="out of memory"
    ).to_facts()


async def test_a_notice_that_cannot_be_told_changes_nothing(house: House, provider: ScriptedProvider) -> None:
    of = await known(house, running(created_at=NOON - timedelta(minutes=3)))
    provider.progress = GivenUp()
    house.messenger.closed = {Way.DIRECT}
    await house.step()
    assert (await house.job(of)).state is JobState.FAILED


async def test_a_failed_order_frees_the_name_of_its_lora(house: House, provider: ScriptedProvider) -> None:
    of = await with_pictures(house, job(training_spec()))
    provider.fails("order", PromptRefused(provider="novita"))
    await house.step()
    assert (await house.job(of)).state is JobState.FAILED
    assert await house.library.of(ADA) == []


async def test_progress_of_uploads_is_stored_for_the_card(house: House, provider: ScriptedProvider) -> None:
    of = await with_pictures(house, job(training_spec()), uploaded=False)
    seen: list[Progress] = []
    house.clock.advance(seconds=1)

    class Ticking(FrozenClock):
        def now(self) -> Any:
            return self.advance(seconds=1)

    house.training._clock = Ticking(house.clock.now())
    shown = house.board.update

    async def update(changed: Job) -> None:
        seen.append(changed.progress)
        await shown(changed)

    house.board.update = update  # type: ignore[method-assign]
    await house.step()
    counted = [(progress.done, progress.total) for progress in seen if progress.done]
    assert counted
    assert all(total == 4 for _, total in counted)
    assert counted == sorted(counted)
    assert (await house.job(of)).state is JobState.RUNNING


def test_every_state_that_may_be_found_is_stepped() -> None:
    provider_ends = {JobState.RUNNING, JobState.FETCHING}
    assert {state for state in JobState if not state.over} == set(DEADLINES) | provider_ends


async def test_a_step_is_begun_for_no_more_jobs_at_once_than_there_is_room_for(
    house: House, provider: ScriptedProvider
) -> None:
    provider.waits("ask")
    jobs = [await known(house, running(owner_id=ADA + n)) for n in range(70)]
    for one in jobs:
        await house.give_key(owner_id=one.owner_id)
    house.poller.start_due()
    assert house.poller.watched == 6
    provider.goes_on()
    await house.poller.settle()
    house.poller.start_due()
    await house.poller.settle()
    assert provider.count("ask") == 70


async def test_a_card_without_a_change_of_the_job_is_not_a_change_of_the_job(house: House) -> None:
    of = await known(house, dataclasses.replace(running(), card_stale=False))
    await house.step()
    before = (await house.job(of)).version
    await house.desk.card_shown(await house.job(of))
    assert (await house.job(of)).version == before
