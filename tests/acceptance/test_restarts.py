"""The bot is killed with SIGKILL in every state of a job and started again: nothing is lost, nothing is paid twice."""

from __future__ import annotations

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
AT_ONCE = Pace(queue_seconds=0, training_seconds=0, deploying_seconds=0, paint_queue_seconds=0, painting_seconds=0)

Hold = Callable[[World], Coroutine[Any, Any, Callable[[], Coroutine[Any, Any, None]]]]
"""Prepares the world so that the job will stay in a state; what it gives waits until the job stands there."""


@dataclass(frozen=True, slots=True)
class Held:
    """A way to keep a job where the bot shall die. `orders` is how many there are at that moment."""

    hold: Callable[[World], Callable[[], Coroutine[Any, Any, object]]]
    orders: int


def _before_the_card(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    fault = world.discord.faults.next("POST", CALLBACK, hang=True)
    return fault.happened


def _downloading(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    world.discord.cdn.hold()
    return lambda: until(world, lambda: world.discord.cdn.waiting, what="a download")


def _queued(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    world.novita.faults.too_many(retry_after=1, method="POST", path=["/v3/training/*", "/v3/async/*"])
    return lambda: stands(world, "queued", note="limited")


def _uploading(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    fault = world.novita.faults.hang(place=Place.BUCKET, method="PUT", times=None)
    return lambda: until(world, lambda: fault.hits, what="an upload")


def _not_yet_taken(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    fault = world.novita.faults.hang(method="POST", path=["/v3/training/*", "/v3/async/*"])
    return lambda: until(world, lambda: fault.hits, what="an order")


def _taken_unsaid(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    world.novita.faults.accept_and_hang()
    return lambda: world.novita.accepted(1)


def _waiting(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    world.novita.pace = Pace()
    return lambda: stands(world, "running", note="waiting")


def _training(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    world.novita.pace = Pace(queue_seconds=0)
    return lambda: stands(world, "running", note="working")


def _deploying(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    world.novita.pace = Pace(queue_seconds=0, training_seconds=0)
    return lambda: stands(world, "running", note="deploying")


def _fetching(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    fault = world.novita.faults.hang(place=Place.RESULTS, method="GET")
    return lambda: until(world, lambda: fault.hits, what="a download of a result")


def _before_discord_heard(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    return world.discord.faults.next("POST", POST_MESSAGE, hang=True).happened


def _before_discord_answered(world: World) -> Callable[[], Coroutine[Any, Any, object]]:
    return world.discord.faults.next("POST", POST_MESSAGE, hang=True, after=True).happened


TRAININGS = {
    "gathering, before its card": Held(_before_the_card, 0),
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
    "queued, before its card": Held(_before_the_card, 0),
    "queued": Held(_queued, 0),
    "running": Held(_waiting, 1),
    "fetching": Held(_fetching, 1),
    "delivering, unheard": Held(_before_discord_heard, 1),
    "delivering, posted": Held(_before_discord_answered, 1),
}


async def _dies_and_comes_back(world: World, held: Held, reached: Callable[[], Coroutine[Any, Any, object]]) -> None:
    assert await reached()
    assert world.novita.orders == held.orders
    await world.bot.kill()
    world.novita.faults.clear()
    world.discord.faults.clear()
    world.discord.cdn.release()
    world.novita.finish_all()
    await world.started()


@pytest.mark.parametrize("state", TRAININGS)
async def test_a_training_outlives_a_kill(world: World, cats: list[Path], state: str) -> None:
    world.novita.pace = AT_ONCE
    await world.has_key(world.ada)
    held = TRAININGS[state]
    reached = held.hold(world)
    await orders_training(world.ada, "mara", cats[:4])
    await _dies_and_comes_back(world, held, reached)
    await delivered(world, newest(world).id)
    assert world.novita.orders == 1
    listed = await world.ada.runs("/loras list")
    assert "**mara**" in told(listed)
    assert "in training" not in told(listed)
