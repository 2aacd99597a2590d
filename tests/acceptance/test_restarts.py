"""The bot is killed with SIGKILL in every state of a job and started again: nothing is lost, nothing is paid twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.novita import Pace
from bot.sandbox.novita.records import Place
from bot.sandbox.world import World
from tests.acceptance.scenes import (
    checks_again,
    delivered,
    hurried,
    jobs,
    newest,
    off,
    orders_training,
    owns_lora,
    results,
    stands,
    told,
    until,
)

POST_MESSAGE = r"^/channels/\d+/messages$"
CALLBACK = r"^/interactions/.*/callback$"
AT_ONCE = Pace(
    queue_seconds=0, training_seconds=0, deploying_seconds=0, paint_queue_seconds=0, painting_seconds=0
)

Reached = Callable[[], Coroutine[Any, Any, object]]
"""Waits until the job stands where it shall be held."""


@dataclass(frozen=True, slots=True)
class Held:
    """A way to keep a job where the bot shall die. `orders` is how many there are at that moment."""

    hold: Callable[[World], Reached]
    orders: int


def _card_unnoticed(world: World) -> Reached:
    return world.discord.faults.next("POST", CALLBACK, hang=True, after=True).happened


def _downloading(world: World) -> Reached:
    world.discord.cdn.hold()
    return lambda: until(world, lambda: world.discord.cdn.waiting, what="a download")


def _queued(world: World) -> Reached:
    world.novita.faults.too_many(retry_after=1, method="POST", path=["/v3/training/*", "/v3/async/*"])
    return lambda: stands(world, "queued", note="limited")


def _uploading(world: World) -> Reached:
    fault = world.novita.faults.hang(place=Place.BUCKET, method="PUT", times=None)
    return lambda: until(world, lambda: fault.hits, what="an upload")


def _not_yet_taken(world: World) -> Reached:
    fault = world.novita.faults.hang(method="POST", path=["/v3/training/*", "/v3/async/*"])
    return lambda: until(world, lambda: fault.hits, what="an order")


def _taken_unsaid(world: World) -> Reached:
    world.novita.faults.accept_and_hang()
    return lambda: world.novita.accepted(1)


def _waiting(world: World) -> Reached:
    world.novita.pace = Pace()
    return lambda: stands(world, "running", note="waiting")


def _training(world: World) -> Reached:
    world.novita.pace = Pace(queue_seconds=0)
    return lambda: stands(world, "running", note="working")


def _deploying(world: World) -> Reached:
    world.novita.pace = Pace(queue_seconds=0, training_seconds=0)
    return lambda: stands(world, "running", note="deploying")


def _fetching(world: World) -> Reached:
    fault = world.novita.faults.hang(place=Place.RESULTS, method="GET")
    return lambda: until(world, lambda: fault.hits, what="a download of a result")


def _before_discord_heard(world: World) -> Reached:
    return world.discord.faults.next("POST", POST_MESSAGE, hang=True).happened


def _before_discord_answered(world: World) -> Reached:
    return world.discord.faults.next("POST", POST_MESSAGE, hang=True, after=True).happened


TRAININGS = {
    "gathering, its card unnoticed": Held(_card_unnoticed, 0),
    "gathering": Held(_downloading, 0),
    "queued": Held(_queued, 0),
    "uploading": Held(_uploading, 0),
    "submitting, taken": Held(_taken_unsaid, 1),
    "running, in the queue": Held(_waiting, 1),
    "running, in training": Held(_training, 1),
    "running, deploying": Held(_deploying, 1),
    "delivering, unheard": Held(_before_discord_heard, 1),
    "delivering, posted": Held(_before_discord_answered, 1),
}
PAINTINGS = {
    "queued, its card unnoticed": Held(_card_unnoticed, 0),
    "queued": Held(_queued, 0),
    "running": Held(_waiting, 1),
    "fetching": Held(_fetching, 1),
    "delivering, unheard": Held(_before_discord_heard, 1),
    "delivering, posted": Held(_before_discord_answered, 1),
}


async def _dies_and_comes_back(world: World, held: Held, reached: Reached) -> None:
    assert await reached() is not False
    assert world.novita.orders == held.orders
    await world.bot.kill()
    world.novita.faults.clear()
    world.discord.faults.clear()
    world.discord.cdn.release()
    world.novita.finish_all()
    off(world, seconds=30)
    await world.started()


@pytest.mark.parametrize("state", TRAININGS)
async def test_a_training_outlives_a_kill(world: World, cats: list[Path], state: str) -> None:
    world.novita.pace = AT_ONCE
    await world.has_key(world.ada)
    held = TRAININGS[state]
    reached = held.hold(world)
    await orders_training(world.ada, "mara", cats[:4])
    await _dies_and_comes_back(world, held, reached)
    await hurried(world, world.ada, newest(world).id)
    assert world.novita.orders == 1
    listed = await world.ada.runs("/loras list")
    assert "**mara**" in told(listed)
    assert "in training" not in told(listed)


@pytest.mark.parametrize("state", PAINTINGS)
async def test_a_painting_outlives_a_kill(world: World, state: str) -> None:
    world.novita.pace = AT_ONCE
    await world.has_key(world.ada)
    held = PAINTINGS[state]
    reached = held.hold(world)
    await world.ada.runs("/imagine", prompt="a lighthouse")
    await _dies_and_comes_back(world, held, reached)
    result = await delivered(world, newest(world).id)
    assert len(result.attachments) == 1
    assert world.novita.orders == 1


@pytest.mark.parametrize(
    ("hold", "paid"), [(_not_yet_taken, 0), (_taken_unsaid, 1)], ids=["not taken", "taken"]
)
async def test_a_painting_killed_while_it_was_ordered_is_said_to_be_unknown_and_not_ordered_again(
    world: World, hold: Callable[[World], Reached], paid: int
) -> None:
    world.novita.pace = AT_ONCE
    await world.has_key(world.ada)
    reached = hold(world)
    answer = await world.ada.runs("/imagine", prompt="a lighthouse")
    await answer.answered()
    await _dies_and_comes_back(world, Held(hold, paid), reached)
    job = await stands(world, "unknown_outcome")
    status = await world.ada.runs("/status", job=job.id)
    assert "do not know whether this was ordered" in told(status)
    assert "may have been paid for" in told(status)
    assert world.novita.orders == paid
    assert results(world, job.id) == []

    pressed = await world.ada.clicks("Order again", status.message)
    await pressed.answered()
    await delivered(world, job.id)
    assert world.novita.orders == paid + 1


async def test_what_nobody_was_told_of_is_taken_back_and_not_paid_for(world: World, cats: list[Path]) -> None:
    await world.has_key(world.ada)
    unheard = world.discord.faults.next("POST", CALLBACK, hang=True, times=2)
    answers = await asyncio.gather(
        world.ada.runs("/imagine", prompt="a lighthouse"), orders_training(world.ada, "mara", cats[:4])
    )
    assert unheard.struck == 2
    assert all(answer.failed for answer in answers)
    await world.bot.kill()
    world.discord.faults.clear()
    off(world, seconds=30)
    await world.started()
    await until(world, lambda: {job.state for job in jobs(world)} == {"cancelled"}, what="both taken back")
    await world.ada.sees(lambda message: "a lighthouse" in message.text, where=world.channel)
    assert world.novita.orders == 0
    await owns_lora(world, world.ada, "mara", cats[:4])


async def test_a_training_killed_before_the_order_arrived_is_looked_for_and_then_said_to_be_unknown(
    world: World, cats: list[Path]
) -> None:
    world.novita.pace = AT_ONCE
    await world.has_key(world.ada)
    reached = _not_yet_taken(world)
    answer = await orders_training(world.ada, "mara", cats[:4])
    await answer.answered()
    await _dies_and_comes_back(world, Held(_not_yet_taken, 0), reached)
    looked = lambda: [each for each in world.novita.requests if each.path == "/v3/training"]  # noqa: E731
    await until(world, looked, what="a look at the list of trainings")
    assert newest(world).state == "submitting"
    await world.bot.kill()
    off(world, seconds=300)
    await world.started()
    job = await stands(world, "unknown_outcome")
    assert world.novita.orders == 0
    status = await world.ada.runs("/status", job=job.id)
    assert "may have been paid for" in told(status)
    pressed = await world.ada.clicks("Order again", status.message)
    await pressed.answered()
    await hurried(world, world.ada, job.id)
    assert world.novita.orders == 1


async def test_buttons_and_open_forms_from_before_a_restart_work_after_it(
    world: World, cats: list[Path]
) -> None:
    world.novita.pace = Pace()
    await world.has_key(world.ada)
    answer = await orders_training(world.ada, "mara", cats[:4])
    card = await answer.answered()
    await stands(world, "running", note="waiting")
    await until(world, lambda: "queue" in card.text, what="the card shows the queue")
    form = await world.cy.runs("/key set")
    await world.restarted()

    key = world.novita.key("cy")
    saved = await world.cy.submits(form, api_key=key)
    await saved.answered()
    assert "key works" in told(saved)
    asked = await world.ada.clicks("Cancel", card)
    question = await asked.answered()
    await world.restarted()
    stopped = await world.ada.clicks("Stop watching", question)
    await stopped.answered()
    await stands(world, "cancelled")
    world.novita.finish_all()
    await checks_again(world.ada)
    await delivered(world, newest(world).id)


async def test_sigterm_ends_the_bot_cleanly_and_loses_nothing(world: World, cats: list[Path]) -> None:
    world.novita.pace = Pace()
    await world.has_key(world.ada)
    await orders_training(world.ada, "mara", cats[:4])
    await stands(world, "running", note="waiting")
    world.novita.pace = AT_ONCE
    painting = await world.ada.runs("/imagine", prompt="a lighthouse")
    await painting.answered()
    await until(world, lambda: newest(world).card_id, what="the note of the card")
    assert await world.bot.stop() == 0
    world.novita.finish_all()
    await world.started()
    for job in jobs(world):
        await delivered(world, job.id)
    assert world.novita.orders == 2


async def test_what_was_learnt_is_known_after_a_restart(world: World, cats: list[Path]) -> None:
    await world.has_key(world.ada)
    await owns_lora(world, world.ada, "mara", cats[:4])
    await world.restarted()
    assert [each["value"] for each in await world.ada.types("/imagine", "lora", "")] == ["mara"]
    assert len(world.discord.exchanges.matching("PUT", "/commands")) == 1, (
        "the commands were registered again"
    )
