"""Discord on a bad day: lost answers, repeated events, broken connections. Nothing is lost, doubled or paid twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.world import World
from tests.acceptance.scenes import delivered, jobs, newest, orders_training, owns_lora, told, until

POST_MESSAGE = r"^/channels/\d+/messages$"
CALLBACK = r"^/interactions/.*/callback$"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "after": True},
        {"drop": True, "after": True},
        {"drop": True},
        {"retry_after": 1.5},
        {"status": 503},
    ],
    ids=["posted, then 500", "posted, then cut", "cut", "rate limited", "503"],
)
async def test_a_result_is_posted_once_though_discord_answers(world: World, fault: dict[str, Any]) -> None:
    await world.has_key(world.ada)
    struck = world.discord.faults.next("POST", POST_MESSAGE, **fault)
    answer = await world.ada.runs("/imagine", prompt="a lighthouse")
    await answer.answered()
    assert await struck.happened()
    result = await delivered(world, newest(world).id)
    assert len(result.attachments) == 1
    assert world.novita.orders == 1


async def test_an_answer_whose_receipt_was_lost_still_becomes_the_jobs_card(world: World) -> None:
    await world.has_key(world.ada)
    world.discord.faults.next("POST", CALLBACK, status=500, after=True)
    answer = await world.ada.runs("/imagine", prompt="a lighthouse")
    card = await answer.answered()
    result = await delivered(world, newest(world).id)
    assert result.reference == card.id
    assert world.novita.orders == 1


@pytest.mark.parametrize("tells", [True, False], ids=["asked, tells the card", "never tells the card"])
async def test_a_discord_of_few_words_gets_every_result_too(world: World, tells: bool) -> None:
    await world.has_key(world.ada)
    world.discord.world.laconic = True
    if not tells:
        world.discord.faults.next("GET", r"/messages/@original$", status=404, code=10015, times=9)
    answer = await world.ada.runs("/imagine", prompt="a lighthouse")
    card = await answer.answered()
    result = await delivered(world, newest(world).id)
    assert result.reference == (card.id if tells else None)
    await world.ada.sees(lambda message: message == card and "Done" in message.text)
    assert world.novita.orders == 1


async def test_events_that_come_twice_are_taken_once(world: World, cats: list[Path]) -> None:
    await world.has_key(world.ada)
    await owns_lora(world, world.ada, "mara", cats[:4])
    world.discord.gateway.duplicate_next_dispatch()
    answer = await world.ada.runs("/imagine", prompt="a cat", lora="mara")
    await answer.answered()
    result = await delivered(world, newest(world).id)
    world.discord.gateway.duplicate_next_dispatch()
    again = await world.ada.clicks("🔁", result)
    await again.answered()
    await delivered(world, newest(world).id)
    form = await world.cy.runs("/key set")
    world.discord.gateway.duplicate_next_dispatch()
    saved = await world.cy.submits(form, api_key=world.novita.key("cy"))
    await saved.answered()
    assert "key works" in told(saved)
    assert len(jobs(world)) == 3
    assert world.novita.orders == 3


async def test_a_broken_gateway_is_mended_and_the_bot_goes_on(world: World, cats: list[Path]) -> None:
    gateway = world.discord.gateway
    await world.has_key(world.ada)
    training = await orders_training(world.ada, "mara", cats[:4])
    await training.answered()
    gateway.cut()
    await until(world, lambda: gateway.resumes == 1, what="a resume after the cut")
    gateway.reconnect()
    await until(world, lambda: gateway.resumes == 2, what="a resume after op 7")
    identifies = gateway.identifies
    gateway.invalidate()
    await until(world, lambda: gateway.identifies > identifies, what="a new session after op 9")
    await delivered(world, newest(world).id)
    answer = await world.ada.runs("/imagine", prompt="a cat", lora="mara")
    await answer.answered()
    await delivered(world, newest(world).id)
    assert world.novita.orders == 2


async def test_what_was_asked_while_the_gateway_was_broken_is_answered_after_the_resume(world: World) -> None:
    await world.has_key(world.ada)
    world.discord.gateway.cut()
    await world.discord.gateway.disconnected()
    answer = await world.ada.runs("/imagine", prompt="a lighthouse")
    await answer.answered()
    await delivered(world, newest(world).id)
    assert world.novita.orders == 1
