"""What can be done with a job that exists: by its owner, by nobody else, in the states where it means something."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.errors import (
    CannotOrderAgain,
    NameTaken,
    NoKey,
    NothingToShow,
    PromptRefused,
    Refusal,
    ResultWithheld,
    TaskFailed,
    TooLateToCancel,
    TooManyJobs,
    UnknownJob,
)
from bot.domain.jobs import MOST_UNDER_WAY, Job, JobState, Progress
from bot.domain.models import ProviderName
from bot.services.desk import RECENT, Moved
from bot.storage.pictures import NewPicture, Source
from bot.storage.results import Result
from tests.clocks import NOON
from tests.house import House
from tests.values import ADA, BEN, address, job, running, training_spec

UNPAID = [JobState.GATHERING, JobState.QUEUED, JobState.UPLOADING]
FAILURE = TaskFailed(provider="novita", reason="out of memory").to_facts()


async def with_pictures(house: House, of: Job, *, count: int = 4) -> list[str]:
    """Pictures on disk and in the database; their paths."""
    folder = house.folders.pictures(of.id)
    paths = []
    for number in range(count):
        file = folder / f"{number:02d}.png"
        await asyncio.to_thread(file.write_bytes, b"x")
        paths.append(house.folders.relative(file))
    async with house.database.write() as tx:
        await tx.pictures.replace(of.id, [NewPicture(path, path=path, extension="png") for path in paths])
    return paths


async def with_results(house: House, of: Job, png: bytes, *, count: int = 1) -> None:
    """Painted pictures on disk and in the database."""
    folder = house.folders.results(of.id)
    results = []
    for number in range(count):
        file = folder / f"{number}.image"
        await asyncio.to_thread(file.write_bytes, png)
        results.append(Result(number, house.folders.relative(file)))
    async with house.database.write() as tx:
        await tx.results.replace(of.id, results)


# --- whose it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verb", ["view", "cancel", "stop_watching", "check_again", "order_again", "show_again"]
)
async def test_somebody_elses_job_is_an_unknown_job(house: House, verb: str) -> None:
    hers = await house.add(running())
    limits = {"limit": 1000} if verb == "show_again" else {}
    for job_id in (hers.id, "0000000000"):
        with pytest.raises(UnknownJob):
            await getattr(house.desk, verb)(BEN, job_id, **limits)
    assert await house.job(hers) == hers


async def test_the_overview_has_what_is_under_way_first_also_when_it_is_the_oldest(house: House) -> None:
    training = await house.add(running(training_spec()))
    for number in range(RECENT + 3):
        await house.add(job(state=JobState.DONE, created_at=NOON.replace(minute=number)))
    views = await house.desk.overview(ADA)
    assert len(views) == RECENT
    assert views[0].job == training
    created = [view.job.created_at for view in views[1:]]
    assert created == sorted(created, reverse=True)
    assert await house.desk.overview(BEN) == []


# --- cancel and stop ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", UNPAID)
async def test_a_job_that_nothing_was_paid_for_is_cancelled_with_its_files_and_its_name(
    house: House, state: JobState
) -> None:
    hers = await house.add(job(training_spec(), state=state))
    await with_pictures(house, hers)
    async with house.database.write() as tx:
        await tx.pictures.give(hers.id, [Source("a", "https://cdn/a", 1)])
    cancelled = await house.desk.cancel(ADA, hers.id)
    after = await house.job(hers)
    assert cancelled.stopped
    assert (after.state, after.finished_at) == (JobState.CANCELLED, NOON)
    assert not (house.root / "trainings" / hers.id).exists()
    assert all(picture.path is None for picture in (await house.desk.look(after)).pictures)
    async with house.database.read() as tx:
        assert await tx.pictures.sources(hers.id) == []
        assert await tx.loras.named(ADA, "mara") is None
    assert house.bell.heard() == [hers.id]


async def test_a_running_job_cannot_be_stopped_and_is_left_as_it_is(house: House) -> None:
    hers = await house.add(running())
    assert not (await house.desk.cancel(ADA, hers.id)).stopped
    assert await house.job(hers) == hers


@pytest.mark.parametrize(
    "state", [state for state in JobState if state.paid and state is not JobState.RUNNING]
)
async def test_it_is_too_late_to_cancel_what_is_being_ordered_delivered_or_over(
    house: House, state: JobState
) -> None:
    hers = await house.add(job(state=state))
    with pytest.raises(TooLateToCancel) as caught:
        await house.desk.cancel(ADA, hers.id)
    assert caught.value.state == state.value
    if state is not JobState.UNKNOWN_OUTCOME:
        with pytest.raises(TooLateToCancel):
            await house.desk.stop_watching(ADA, hers.id)
    assert await house.job(hers) == hers


async def test_an_order_whose_outcome_is_not_known_can_be_given_up_and_its_name_is_free(house: House) -> None:
    hers = await house.add(job(training_spec(), state=JobState.UNKNOWN_OUTCOME))
    view = await house.desk.stop_watching(ADA, hers.id)
    assert (view.job.state, view.job.task_id) == (JobState.CANCELLED, None)
    async with house.database.read() as tx:
        assert await tx.loras.named(ADA, "mara") is None
    with pytest.raises(CannotOrderAgain):
        await house.desk.order_again(ADA, hers.id)


async def test_a_training_that_is_no_longer_watched_frees_its_name_and_takes_it_again(house: House) -> None:
    hers = await house.add(running(training_spec()))
    view = await house.desk.stop_watching(ADA, hers.id)
    assert (view.job.state, view.job.task_id) == (JobState.CANCELLED, "task-1")
    other = await house.add_lora("MARA")
    with pytest.raises(NameTaken):
        await house.desk.check_again(ADA, hers.id)
    assert (await house.job(hers)).state is JobState.CANCELLED
    await house.library.rename(ADA, other.name, to="other")
    again = await house.desk.check_again(ADA, hers.id)
    assert (again.job.state, again.job.finished_at) == (JobState.RUNNING, None)
    async with house.database.read() as tx:
        reserved = await tx.loras.named(ADA, "mara")
    assert reserved is not None
    assert (reserved.job_id, reserved.ready) == (hers.id, False)


async def test_a_cancelled_job_that_was_never_ordered_is_not_watched_again(house: House) -> None:
    hers = await house.add(job(state=JobState.CANCELLED))
    assert (await house.desk.check_again(ADA, hers.id)).job == hers


# --- check and order again ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in JobState if not state.over])
async def test_checking_again_makes_a_job_due_now_and_rings_the_bell(house: House, state: JobState) -> None:
    hers = await house.add(job(state=state, due_at=NOON.replace(hour=20)))
    view = await house.desk.check_again(ADA, hers.id)
    assert (view.job.state, view.job.due_at) == (state, NOON)
    assert house.bell.heard() == [hers.id]


async def test_checking_an_undeliverable_result_again_sends_it_again(house: House) -> None:
    hers = await house.add(job(state=JobState.UNDELIVERABLE))
    assert (await house.desk.check_again(ADA, hers.id)).job.state is JobState.DELIVERING


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED])
async def test_checking_what_is_over_changes_nothing(house: House, state: JobState) -> None:
    hers = await house.add(job(state=state))
    assert (await house.desk.check_again(ADA, hers.id)).job == hers


async def test_a_job_whose_order_is_not_known_is_looked_for_where_it_is_and_not_ordered(house: House) -> None:
    hers = await house.add(job(training_spec(), state=JobState.UNKNOWN_OUTCOME))
    assert (await house.desk.check_again(ADA, hers.id)).job.state is JobState.UNKNOWN_OUTCOME
    assert house.bell.heard() == [hers.id]


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.UNKNOWN_OUTCOME])
async def test_a_painting_that_came_to_nothing_is_ordered_again_from_the_beginning(
    house: House, state: JobState
) -> None:
    before = job(state=state, failure=FAILURE, task_id="task-1", attempts=5, stuck_since=NOON)
    hers = await house.add(before)
    later = house.clock.advance(days=2)
    again = (await house.desk.order_again(ADA, hers.id)).job
    assert (again.state, again.created_at, again.due_at) == (JobState.QUEUED, later, later)
    assert (again.failure, again.task_id, again.submitted_at, again.stuck_since) == (None, None, None, None)
    assert (again.attempts, again.progress, again.finished_at) == (0, Progress(), None)
    assert (again.spec, again.address) == (hers.spec, hers.address)


@pytest.mark.parametrize(
    "state", [state for state in JobState if state not in (JobState.FAILED, JobState.UNKNOWN_OUTCOME)]
)
async def test_no_other_job_is_ordered_again(house: House, state: JobState) -> None:
    hers = await house.add(job(state=state))
    with pytest.raises(CannotOrderAgain):
        await house.desk.order_again(ADA, hers.id)
    assert await house.job(hers) == hers


async def test_a_training_is_ordered_again_with_its_pictures_uploaded_afresh(house: House) -> None:
    hers = await house.add(job(training_spec(), state=JobState.FAILED, failure=FAILURE))
    paths = await with_pictures(house, hers)
    async with house.database.write() as tx:
        for picture in await tx.pictures.of(hers.id):
            await tx.pictures.uploaded(picture.id, asset="old")
    view = await house.desk.order_again(ADA, hers.id)
    assert [(picture.path, picture.asset) for picture in view.pictures] == [(path, None) for path in paths]
    async with house.database.read() as tx:
        assert await tx.loras.named(ADA, "mara") is not None


async def test_a_training_without_its_pictures_is_not_ordered_again(house: House) -> None:
    hers = await house.add(job(training_spec(), state=JobState.FAILED))
    with pytest.raises(CannotOrderAgain):
        await house.desk.order_again(ADA, hers.id)
    await with_pictures(house, hers)
    async with house.database.write() as tx:
        await tx.pictures.discard(hers.id)
    with pytest.raises(CannotOrderAgain):
        await house.desk.order_again(ADA, hers.id)


async def test_a_training_whose_name_was_taken_meanwhile_is_not_ordered_again(house: House) -> None:
    hers = await house.add(job(training_spec(), state=JobState.FAILED))
    await with_pictures(house, hers)
    await house.add_lora("Mara")
    with pytest.raises(NameTaken):
        await house.desk.order_again(ADA, hers.id)
    assert (await house.job(hers)).state is JobState.FAILED


# --- results --------------------------------------------------------------------------------------------------


async def test_a_result_is_shown_again_with_its_pictures_in_order(house: House, png: bytes) -> None:
    hers = await house.add(job(state=JobState.UNDELIVERABLE))
    await with_results(house, hers, png, count=3)
    shown = await house.desk.show_again(ADA, hers.id, limit=10_000)
    assert [(file.position, file.extension) for file in shown.files] == [(0, "png"), (1, "png"), (2, "png")]
    await house.desk.was_shown(shown.view)
    assert (await house.job(hers)).state is JobState.DONE
    await house.desk.was_shown(await house.desk.look(await house.job(hers)))


async def test_a_result_whose_pictures_are_gone_cannot_be_shown_but_a_lora_can(house: House) -> None:
    painting = await house.add(job(state=JobState.DONE))
    with pytest.raises(NothingToShow) as caught:
        await house.desk.show_again(ADA, painting.id, limit=1000)
    assert caught.value.days == 30
    training = await house.add(job(training_spec(), state=JobState.DONE))
    assert (await house.desk.show_again(ADA, training.id, limit=1000)).files == []


async def test_a_picture_over_the_limit_is_made_smaller_and_the_original_stays(
    house: House, png: bytes
) -> None:
    hers = await house.add(job(state=JobState.DONE))
    await with_results(house, hers, png + b"\0" * 5000)
    view = await house.desk.look(hers)
    (file,) = await house.desk.enclosed(view, limit=2000)
    assert (await asyncio.to_thread(file.path.stat)).st_size <= 2000
    original = view.painted[0].path
    assert original is not None
    assert file.path != original
    assert (await asyncio.to_thread(original.stat)).st_size > 5000


# --- changing a job -------------------------------------------------------------------------------------------


async def test_what_was_saved_is_kept_when_the_saver_is_cancelled(house: House) -> None:
    hers = await house.add(job(state=JobState.SUBMITTING))
    saving = asyncio.create_task(house.desk.adopt(hers, task_id="task-9"))
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    async with house.database.write() as tx:  # writers take turns
        after = await tx.jobs.get(hers.id)
    assert after is not None
    assert after.task_id == "task-9"


async def test_a_step_of_a_job_that_was_cancelled_meanwhile_changes_nothing(house: House) -> None:
    hers = await house.add(job())
    await house.desk.cancel(ADA, hers.id)
    for change in (
        house.desk.save(hers, state=JobState.SUBMITTING),
        house.desk.fail(hers, PromptRefused(provider="novita")),
        house.desk.adopt(hers, task_id="task-9"),
    ):
        with pytest.raises(Moved):
            await change
    assert (await house.job(hers)).state is JobState.CANCELLED


async def test_a_change_to_what_a_step_does_not_know_of_is_kept(house: House) -> None:
    hers = await house.add(job())
    await house.desk.placed(hers.id, card_id=77)
    after = await house.desk.save(hers, attempts=1)
    assert (after.address.card_id, after.attempts) == (77, 1)


async def test_an_order_that_was_given_up_as_unknown_is_adopted_when_it_is_found(house: House) -> None:
    hers = await house.add(job(state=JobState.UNKNOWN_OUTCOME, failure=FAILURE))
    after = await house.desk.adopt(hers, task_id="task-9")
    assert (after.state, after.task_id, after.failure) == (JobState.RUNNING, "task-9", None)


async def test_a_failed_training_says_why_and_frees_its_name(house: House) -> None:
    hers = await house.add(running(training_spec()))
    failed = await house.desk.fail(hers, TaskFailed(provider="novita", reason="out of memory"))
    assert (failed.state, failed.failure, failed.card_stale) == (JobState.FAILED, FAILURE, True)
    async with house.database.read() as tx:
        assert await tx.loras.named(ADA, "mara") is None


async def test_a_card_that_was_shown_is_noted_unless_something_newer_came(house: House) -> None:
    hers = await house.add(job(state=JobState.DONE, card_stale=True))
    newer = await house.desk.save(hers, delivered_message_id=5)
    await house.desk.card_shown(hers)
    assert (await house.job(hers)).card_stale
    await house.desk.card_shown(newer)
    assert not (await house.job(hers)).card_stale


async def test_a_card_that_is_up_lets_the_worker_begin_at_once(house: House) -> None:
    hers = await house.add(job(address=address(card_id=None), due_at=NOON.replace(hour=20)))
    await house.desk.placed(hers.id, card_id=77)
    after = await house.job(hers)
    assert (after.address.card_id, after.due_at) == (77, NOON)
    assert house.bell.heard() == [hers.id]


async def test_a_job_that_its_owner_was_never_told_of_is_taken_back_unless_it_is_paid_or_known(
    house: House,
) -> None:
    untold = await house.add(job(training_spec(), state=JobState.GATHERING, address=address(card_id=None)))
    told = await house.add(job())
    paid = await house.add(running(address=address(card_id=None)))
    withdrawn = await house.desk.withdraw(untold.id)
    assert withdrawn is not None
    assert withdrawn.state is JobState.CANCELLED
    for kept in (told, paid):
        assert await house.desk.withdraw(kept.id) is None
        assert await house.job(kept) == kept
    async with house.database.read() as tx:
        assert await tx.loras.named(ADA, "mara") is None


async def test_a_name_of_its_own_at_the_provider_is_given_to_every_order(house: House) -> None:
    hers = await house.add(job(training_spec(), state=JobState.FAILED))
    await with_pictures(house, hers)
    again = (await house.desk.order_again(ADA, hers.id)).job
    assert again.order_name != hers.order_name
    assert again.order_name.startswith(hers.order_name)


@pytest.mark.parametrize(
    "failure", [PromptRefused(provider="novita"), ResultWithheld(provider="novita", count=1)]
)
async def test_what_would_only_fail_once_more_is_not_ordered_again(house: House, failure: Refusal) -> None:
    hers = await house.add(job(state=JobState.FAILED, failure=failure.to_facts()))
    with pytest.raises(CannotOrderAgain):
        await house.desk.order_again(ADA, hers.id)


async def test_ordering_again_needs_a_key_and_room_like_any_order(house: House) -> None:
    hers = await house.add(job(state=JobState.FAILED, failure=FAILURE))
    for _ in range(MOST_UNDER_WAY):
        await house.add(job())
    with pytest.raises(TooManyJobs):
        await house.desk.order_again(ADA, hers.id)
    await house.vault.remove(ADA, ProviderName.NOVITA)
    with pytest.raises(NoKey):
        await house.desk.order_again(ADA, hers.id)


async def test_a_new_key_wakes_the_jobs_that_wait_for_one_and_no_others(house: House) -> None:
    waiting = await house.add(running(due_at=NOON.replace(hour=20)))
    waiting = await house.desk.save(waiting, progress=Progress(note="key"))
    other = await house.add(running(due_at=NOON.replace(hour=20)))
    await house.desk.nudge(ADA)
    assert house.bell.heard() == [waiting.id]
    assert ((await house.job(waiting)).due_at, (await house.job(other)).due_at.hour) == (NOON, 20)
