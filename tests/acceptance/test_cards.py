"""A card is edited when it would change and at most every five seconds; every press is answered within three."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

from bot.sandbox.novita import Pace
from bot.sandbox.world import World
from tests.acceptance.habits import EVERY
from tests.acceptance.scenes import checks_again, newest, orders_training, stands, until


async def test_a_card_is_edited_every_five_seconds_at_most_and_left_alone_while_nothing_changes(
    world: World, cats: list[Path]
) -> None:
    world.novita.pace = Pace(queue_seconds=0, training_seconds=600)
    await world.has_key(world.ada)
    training = await orders_training(world.ada, "mara", cats[:4])
    card = await training.answered()
    await stands(world, "running", note="working")
    for _ in range(2):  # news at every look, far more often than the card may tell it
        world.clock.advance(60)
        edits = len(card.edits)
        await checks_again(world.ada)
        await card.edited(times=edits + 1)
    real = [each["at"] for each in world.discord.exchanges.matching("PATCH", f"/messages/{card.id}")]
    assert all(later - earlier - 60 >= EVERY - 0.1 for earlier, later in itertools.pairwise(real)), real


async def test_a_restart_does_not_hurry_a_card(world: World, cats: list[Path]) -> None:
    world.novita.pace = Pace()
    await world.has_key(world.ada)
    training = await orders_training(world.ada, "mara", cats[:4])
    card = await training.answered()
    await stands(world, "running", note="waiting")
    await until(world, lambda: card.edits, what="an edit")
    world.novita.finish_all()
    await world.restarted()
    await until(world, lambda: "**Done**" in card.text, what="the last edit")
    first, second = card.edits[-2:]
    assert (second - first).total_seconds() >= EVERY


async def test_answers_come_in_time_while_pictures_are_looked_at(
    world: World, bad_files: dict[str, Path]
) -> None:
    await world.has_key(world.ada)
    for number in range(3):
        answer = await world.ada.runs("/train style", name=f"many {number}", zip=bad_files["zip_51"])
        assert not answer.failed
    asked = [world.ada.runs("/status"), world.cy.runs("/loras list"), world.bo.runs("/help")]
    assert not any(answer.failed for answer in await asyncio.gather(*asked))
    assert newest(world).state == "gathering"
