"""The life of a job: the table, its drawing, its ids."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import jobs
from bot.domain.jobs import (
    DEADLINES,
    JOB_ID_LENGTH,
    JOB_ID_PATTERN,
    ORDERING,
    TRANSITIONS,
    IllegalMove,
    JobState,
    allow,
    new_job,
    new_job_id,
)
from bot.domain.models import ProviderName
from tests.clocks import NOON
from tests.values import ADA, address, job, painting_spec, training_spec

STATES = st.sampled_from(list(JobState))


def drawn_moves() -> Iterator[tuple[str, str]]:
    """The arrows of the drawing: along the first line, and from it down to the word below."""
    lines = inspect.getdoc(jobs).splitlines()
    first = next(number for number, line in enumerate(lines) if "─▶" in line)
    top, shafts, _, bottom = lines[first : first + 4]
    path = [word.strip() for word in top.split("─▶")]
    yield from itertools.pairwise(path)
    ends = [(match.start(), match[0]) for match in re.finditer(r"\w+(?: \w+)*", bottom)]
    starts = [(match.start(), match[0]) for match in re.finditer(r"\w+", top)]
    for shaft in re.finditer("│", shafts):
        above = max((s for s in starts if s[0] <= shaft.start()), key=lambda s: s[0])
        below = min(ends, key=lambda end: abs(end[0] + len(end[1]) // 2 - shaft.start()))
        yield above[1], below[1]


def reachable() -> set[JobState]:
    found, waiting = {JobState.GATHERING}, [JobState.GATHERING]
    while waiting:
        for after in TRANSITIONS[waiting.pop()] - found:
            found.add(after)
            waiting.append(after)
    return found


def test_the_table_has_a_row_for_every_state() -> None:
    assert set(TRANSITIONS) == set(JobState)


def test_every_state_can_be_reached_from_the_beginning() -> None:
    assert reachable() == set(JobState)


def test_every_state_that_is_not_over_has_a_way_on() -> None:
    assert all(TRANSITIONS[state] for state in JobState if not state.over)


def test_every_arrow_of_the_drawing_is_in_the_table() -> None:
    moves = list(drawn_moves())
    assert len(moves) == 14
    for before, after in moves:
        allow(JobState(before), JobState(after.replace(" ", "_")))


def test_every_state_is_in_the_drawing() -> None:
    drawn = {word.replace(" ", "_") for move in drawn_moves() for word in move}
    assert drawn == {state.value for state in JobState}


@given(STATES, STATES)
def test_what_the_table_does_not_hold_is_an_illegal_move(before: JobState, after: JobState) -> None:
    if before is after or after in TRANSITIONS[before]:
        allow(before, after)
    else:
        with pytest.raises(IllegalMove, match=f"{before} → {after}"):
            allow(before, after)


def test_nothing_that_was_paid_for_can_be_ordered_again_without_ending_first() -> None:
    """Back to an unpaid state leads only from `submitting`, which says that nothing was taken, or from an end."""
    back = {
        before
        for before, after in TRANSITIONS.items()
        if before.paid and any(not state.paid for state in after)
    }
    assert back == {JobState.SUBMITTING, JobState.FAILED, JobState.UNKNOWN_OUTCOME}


def test_a_result_is_never_lost_between_delivering_and_its_owner() -> None:
    assert TRANSITIONS[JobState.DELIVERING] == {JobState.DONE, JobState.UNDELIVERABLE}


def test_every_state_has_a_deadline_but_those_that_only_the_provider_ends() -> None:
    provider_ends = {JobState.RUNNING, JobState.FETCHING}
    assert set(DEADLINES) == {state for state in JobState if not state.over} - provider_ends


def test_tries_are_counted_over_the_states_of_ordering() -> None:
    assert {JobState.QUEUED, JobState.UPLOADING, JobState.SUBMITTING} == ORDERING


def test_ids_are_short_unambiguous_and_do_not_repeat() -> None:
    ids = {new_job_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert all(re.fullmatch(JOB_ID_PATTERN, job_id) and len(job_id) == JOB_ID_LENGTH for job_id in ids)
    assert not set("".join(ids)) & set("ilou")


def test_a_training_begins_by_gathering_and_a_painting_in_the_queue() -> None:
    def begun(spec: object) -> JobState:
        return new_job(ADA, provider=ProviderName.NOVITA, spec=spec, address=address(), now=NOON).state

    assert begun(training_spec()) is JobState.GATHERING
    assert begun(painting_spec()) is JobState.QUEUED


def test_a_new_job_waits_for_its_card_and_not_for_long() -> None:
    begun = new_job(ADA, provider=ProviderName.NOVITA, spec=painting_spec(), address=address(), now=NOON)
    assert 0 < (begun.due_at - NOON).total_seconds() <= 60


def test_a_training_carries_a_name_of_its_own_at_the_provider() -> None:
    first, second = job(training_spec()), job(training_spec())
    assert first.order_name != second.order_name
    assert first.order_name == f"easel-{first.id}"
