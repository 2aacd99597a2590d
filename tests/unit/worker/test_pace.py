"""How long is waited, as tables."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import Progress
from bot.worker.pace import back_off, next_look
from tests.clocks import NOON
from tests.values import painting_spec, running, training_spec

TRAINING, PAINTING = training_spec(), painting_spec()


@pytest.mark.parametrize(
    ("spec", "elapsed", "left", "seconds"),
    [
        # a training without an estimate: a tenth of its age, from 2 to 20 seconds
        (TRAINING, 0, None, 2),
        (TRAINING, 100, None, 10),
        (TRAINING, 3600, None, 20),
        # with an estimate: a seventh of what is left, from 2 to 30
        (TRAINING, 60, 600, 30),
        (TRAINING, 60, 100, 15),
        (TRAINING, 60, 1, 2),
        (TRAINING, 60, -50, 2),
        # a painting: a fifth of its age, or two fifths of what is left, from 1 to 5
        (PAINTING, 0, None, 1),
        (PAINTING, 20, None, 4),
        (PAINTING, 100, None, 5),
        (PAINTING, 1, 5, 2),
        (PAINTING, 1, 100, 5),
        (PAINTING, 1, 0, 1),
    ],
)
def test_the_next_look_follows_the_estimate_and_else_the_age(
    spec: object, elapsed: float, left: float | None, seconds: float
) -> None:
    now = NOON + timedelta(seconds=elapsed)
    ready_at = None if left is None else now + timedelta(seconds=left)
    looked_at = running(spec, progress=Progress(ready_at=ready_at))
    waits = [next_look(looked_at, now=now, chance=random.Random(n)) for n in range(50)]
    assert all(0.9 * seconds <= wait <= 1.1 * seconds for wait in waits)
    assert len(set(waits)) > 40


@pytest.mark.parametrize("spec", [TRAINING, PAINTING])
def test_a_stuck_job_is_looked_at_every_five_minutes(spec: object) -> None:
    stuck = running(spec, stuck_since=NOON, progress=Progress(ready_at=NOON))
    assert 270 <= next_look(stuck, now=NOON, chance=random.Random(1)) <= 330


def test_a_clock_that_went_back_does_not_make_a_look_come_sooner_than_the_least() -> None:
    assert next_look(running(), now=NOON - timedelta(hours=1), chance=random.Random(1)) >= 0.9


@pytest.mark.parametrize(
    ("attempts", "least", "most"),
    [(0, 1, 2), (1, 2, 4), (2, 4, 8), (5, 32, 64), (7, 128, 256), (8, 150, 300)],
)
def test_a_pause_doubles_with_every_failure_up_to_five_minutes(
    attempts: int, least: float, most: float
) -> None:
    pauses = [back_off(attempts, chance=random.Random(n)) for n in range(100)]
    assert min(pauses) >= least
    assert max(pauses) <= most
    assert max(pauses) - min(pauses) > (most - least) / 2


@given(st.integers(0, 10**6), st.floats(0.1, 10), st.floats(10, 600))
def test_no_number_of_failures_makes_a_pause_endless(attempts: int, first: float, longest: float) -> None:
    pause = back_off(attempts, chance=random.Random(1), first=first, longest=longest)
    assert first / 2 <= pause <= longest
