"""Every refusal in every state, as a table: what ends a job, what is waited out, and that nothing is paid twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from bot.domain.errors import (
    FrontRefused,
    KeyUnreadable,
    NoKey,
    OutcomeUnknown,
    PicturesGone,
    PicturesUnreachable,
    ProviderDown,
    ProviderNonsense,
    ProviderRefusal,
    RateLimited,
    Refusal,
    ResultLost,
    ResultWithheld,
    TaskFailed,
    TaskLost,
    UploadRefused,
)
from bot.domain.jobs import Job, JobState
from bot.domain.specs import PaintingSpec
from bot.providers.base import Painted, RemotePicture
from tests.house import House
from tests.integration.worker.test_poller import gathering, known, with_pictures
from tests.refusals import every_kind, instance
from tests.scripted import ScriptedFiles, ScriptedProvider
from tests.values import ADA, job, running, training_spec

PROVIDERS: Final = [kind for kind in every_kind() if issubclass(kind, ProviderRefusal)]
KINDS: Final = [*PROVIDERS, NoKey, KeyUnreadable]
PASSING: Final = {ProviderDown, ProviderNonsense, FrontRefused, RateLimited, UploadRefused}
NOTHING_SENT: Final = {ProviderDown, FrontRefused, RateLimited}
"""Refusals of an order after which the same order may be placed: nothing was taken, in so many words."""
LAST_WORDS: Final = {TaskFailed, ResultWithheld}
"""What the provider says of the task itself."""
SAID_AGAIN: Final = {TaskLost, ResultLost}
"""Believed only when they are said again and again."""
OF_A_TASK: Final = LAST_WORDS | SAID_AGAIN | {OutcomeUnknown}
"""What nobody says of an upload."""
WATCHED_ON: Final = [kind for kind in KINDS if kind not in OF_A_TASK]

ORDERED: Final = [kind for kind in KINDS if kind is not OutcomeUnknown]
CASES: Final = {
    "upload": WATCHED_ON,
    "order a training": KINDS,
    "order a painting": KINDS,
    "find": KINDS,
    "watch a training": ORDERED,
    "watch a painting": ORDERED,
    "fetch": ORDERED,
}


def expected(case: str, kind: type[Refusal]) -> JobState:
    """The table."""
    match case:
        case "upload":
            return JobState.UPLOADING if kind in PASSING else JobState.FAILED
        case "order a training" | "order a painting":
            if kind in NOTHING_SENT:
                return JobState.QUEUED
            if kind is OutcomeUnknown:
                return JobState.SUBMITTING if case == "order a training" else JobState.UNKNOWN_OUTCOME
            return JobState.FAILED
        case "find":
            return JobState.UNKNOWN_OUTCOME if kind is OutcomeUnknown else JobState.SUBMITTING
        case "watch a training" | "watch a painting":
            return JobState.FAILED if kind in LAST_WORDS else JobState.RUNNING
        case _:
            return JobState.FAILED if kind in LAST_WORDS else JobState.FETCHING


async def put(
    house: House, provider: ScriptedProvider, case: str, refusal: Refusal, *, owner_id: int = ADA
) -> Job:
    """A job to which this will happen."""
    call = {"find": "find", "upload": "upload", "order": "order"}.get(case.partition(" ")[0], "ask")
    provider.mends()
    provider.fails(call, refusal)
    await house.give_key(owner_id=owner_id)
    match case:
        case "upload":
            return await with_pictures(house, job(training_spec(), owner_id=owner_id), uploaded=False)
        case "order a training":
            return await with_pictures(house, job(training_spec(), owner_id=owner_id))
        case "order a painting":
            return await known(house, job(owner_id=owner_id))
        case "find":
            return await with_pictures(
                house, job(training_spec(), owner_id=owner_id, state=JobState.SUBMITTING)
            )
        case "watch a training":
            return await known(house, running(training_spec(), owner_id=owner_id))
        case "watch a painting":
            return await known(house, running(owner_id=owner_id))
        case _:
            return await known(house, job(owner_id=owner_id, state=JobState.FETCHING))


async def stepped(house: House, of: Job, *, times: int) -> Job:
    """The job after so many more looks, each when it is due, or until it is over."""
    for _ in range(times):
        if (await house.job(of)).state.over:
            break
        house.clock.advance(max(house.poller._due[of.id] - house.clock.now(), timedelta(0)))
        await house.step()
    return await house.job(of)


@pytest.mark.parametrize("case", CASES)
async def test_every_refusal_means_what_the_table_says(
    house: House, provider: ScriptedProvider, case: str
) -> None:
    came = {}
    for owner_id, kind in enumerate(CASES[case], start=1):
        refusal = instance(kind)
        of = await put(house, provider, case, refusal, owner_id=owner_id)
        orders = provider.count("order")
        await house.step()
        after = await house.job(of)
        came[kind] = after.state
        assert provider.count("order") - orders <= 1
        assert (of.id in house.poller._due) is not after.state.over
        if after.state.over:
            assert (after.failure, after.finished_at) == (refusal.to_facts(), house.clock.now())
        else:
            assert after.failure is None
            assert after.due_at > house.clock.now()
        if not isinstance(of.spec, PaintingSpec):
            named = [lora.name for lora in await house.library.of(owner_id)]
            assert named == ([] if after.state is JobState.FAILED else ["mara"])
    assert came == {kind: expected(case, kind) for kind in CASES[case]}
    assert provider.paid == 0


async def test_an_order_that_may_be_paid_for_is_never_called_failed_however_the_look_for_it_fails(
    house: House, provider: ScriptedProvider
) -> None:
    came = {}
    for owner_id, kind in enumerate(KINDS, start=1):
        refusal = RateLimited(provider="novita", retry_after=60.0) if kind is RateLimited else instance(kind)
        of = await put(house, provider, "find", refusal, owner_id=owner_id)
        of = await house.desk.save(of, submitted_at=house.clock.now())
        await house.step()
        came[kind] = (await stepped(house, of, times=400)).state
    assert came == dict.fromkeys(KINDS, JobState.UNKNOWN_OUTCOME)
    assert provider.count("order") == 0


async def test_what_is_paid_for_is_watched_on_whatever_else_is_refused_and_comes_in_the_end(
    house: House, provider: ScriptedProvider
) -> None:
    for owner_id, kind in enumerate(WATCHED_ON, start=1):
        of = await put(house, provider, "watch a painting", instance(kind), owner_id=owner_id)
        await house.step()
        waiting = await stepped(house, of, times=10)
        assert (waiting.state, waiting.attempts) == (JobState.RUNNING, 11), kind
        assert (waiting.due_at - house.clock.now()).total_seconds() <= 600, kind
        provider.mends()
        provider.progress = Painted(pictures=(RemotePicture("https://results.example/0"),))
        assert (await stepped(house, of, times=1)).state is JobState.DONE, kind
    assert provider.paid == 0


async def test_uploads_that_are_refused_with_fresh_addresses_again_and_again_are_given_up(
    house: House, provider: ScriptedProvider
) -> None:
    of = await put(house, provider, "upload", UploadRefused(provider="novita"))
    await house.step()
    after = await stepped(house, of, times=10)
    assert after.failure == UploadRefused(provider="novita").to_facts()
    assert (house.clock.now() - of.created_at).total_seconds() < 120


@pytest.mark.parametrize(
    ("trouble", "state"),
    [(PicturesUnreachable(), JobState.GATHERING), (PicturesGone(), JobState.FAILED)],
    ids=["unreachable", "gone"],
)
async def test_attachments_that_are_gone_end_a_training_and_those_out_of_reach_do_not(
    house: House, files: ScriptedFiles, trouble: Refusal, state: JobState
) -> None:
    of = await gathering(house, files)
    files.trouble = trouble
    await house.step()
    after = await house.job(of)
    assert (after.state, after.failure) == (state, trouble.to_facts() if state.over else None)
    assert not (house.root / "trainings" / of.id).exists() or not state.over
