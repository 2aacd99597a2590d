"""One budget a paying account."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.worker.budget import Budgets
from tests.clocks import NOON, FrozenClock

ADA, BEN = ("novita", 1), ("novita", 2)


def test_a_full_budget_is_there_at_once_and_then_fills_by_the_minute() -> None:
    budgets, clock = Budgets(images_per_minute=20), FrozenClock()
    assert [budgets.order(ADA, images=4, now=clock.now()) for _ in range(5)] == [None] * 5
    assert budgets.order(ADA, images=4, now=clock.now()) == NOON + timedelta(seconds=12)
    clock.advance(seconds=11)
    assert budgets.order(ADA, images=4, now=clock.now()) == NOON + timedelta(seconds=12)
    clock.advance(seconds=1)
    assert budgets.order(ADA, images=4, now=clock.now()) is None


def test_coming_back_at_the_time_that_was_said_is_never_in_vain() -> None:
    budgets, clock = Budgets(images_per_minute=7), FrozenClock()
    for images in (7, 3, 5, 1, 7, 2):
        ready = budgets.order(ADA, images=images, now=clock.now())
        if ready is not None:
            clock.advance(ready - clock.now())
            assert budgets.order(ADA, images=images, now=clock.now()) is None


def test_everybody_pays_from_a_budget_of_their_own() -> None:
    budgets = Budgets(images_per_minute=4)
    assert budgets.order(ADA, images=4, now=NOON) is None
    assert budgets.order(ADA, images=1, now=NOON) is not None
    assert budgets.order(BEN, images=4, now=NOON) is None


def test_an_order_over_the_whole_budget_takes_all_of_it_instead_of_waiting_for_ever() -> None:
    budgets = Budgets(images_per_minute=4)
    assert budgets.order(ADA, images=8, now=NOON) is None
    assert budgets.order(ADA, images=1, now=NOON) == NOON + timedelta(seconds=15)


def test_questions_have_a_budget_beside_the_orders() -> None:
    budgets = Budgets(images_per_minute=1)
    assert budgets.order(ADA, images=1, now=NOON) is None
    answers = [budgets.question(ADA, now=NOON) for _ in range(61)]
    assert answers[:60] == [None] * 60
    assert answers[60] == NOON + timedelta(seconds=0.2)


def test_a_pause_that_the_provider_asked_for_holds_orders_and_questions_of_that_payer_alone() -> None:
    budgets = Budgets(images_per_minute=20)
    until = NOON + timedelta(seconds=30)
    budgets.hold(ADA, until=until)
    budgets.hold(ADA, until=NOON + timedelta(seconds=5))
    assert budgets.order(ADA, images=1, now=NOON) == until
    assert budgets.question(ADA, now=NOON + timedelta(seconds=29)) == until
    assert budgets.question(BEN, now=NOON) is None
    assert budgets.order(ADA, images=1, now=until) is None


def test_a_payer_who_is_forgotten_begins_with_a_full_budget_and_memory_stays_small() -> None:
    budgets = Budgets(images_per_minute=1)
    assert budgets.order(ADA, images=1, now=NOON) is None
    for number in range(10_000):
        budgets.order(("novita", number + 10), images=1, now=NOON)
    assert budgets.order(ADA, images=1, now=NOON) is None
    assert len(budgets._images) == 10_000


@given(st.lists(st.tuples(st.integers(1, 8), st.floats(0, 30)), max_size=40))
def test_no_minute_gives_more_than_twice_what_a_minute_may(orders: list[tuple[int, float]]) -> None:
    """A full bucket and what flows in meanwhile."""
    budgets, clock = Budgets(images_per_minute=20), FrozenClock()
    taken = []
    for images, pause in orders:
        if budgets.order(ADA, images=images, now=clock.now()) is None:
            taken.append((clock.now(), images))
        clock.advance(seconds=pause)
    for begin, _ in taken:
        within = [images for at, images in taken if begin <= at < begin + timedelta(minutes=1)]
        assert sum(within) <= 40
