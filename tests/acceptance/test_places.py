"""Everywhere: servers, threads, private messages, groups, and servers that the bot has never seen; and closed doors."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.discord import Person
from bot.sandbox.novita import Pace
from bot.sandbox.world import World
from tests.acceptance.scenes import (
    delivered,
    hurried,
    jobs,
    newest,
    orders_training,
    owns_lora,
    results,
    stands,
    told,
    until,
)

PLACES = {
    "a thread": lambda world: world.ada.at(world.channel.thread("cats")),
    "the DM with the bot": lambda world: world.ada.installs().dm,
    "a server without the bot": lambda world: world.ada.installs().at(
        world.discord.guild("Elsewhere", bot=False).text_channel("general")
    ),
    "a group": lambda world: world.ada.installs().group(world.bo, world.cy),
    "a DM with somebody else": lambda world: world.ada.installs().dm_with(world.bo),
}
OUTSIDE = {"a server without the bot", "a group", "a DM with somebody else"}
"""Where only the interaction can write: its message becomes the result."""


@pytest.mark.parametrize("place", PLACES)
async def test_the_whole_way_works_in(world: World, cats: list[Path], place: str) -> None:
    ada: Person = PLACES[place](world)
    form = await ada.runs("/key set")
    saved = await ada.submits(form, api_key=world.novita.key("ada"))
    await saved.answered()
    assert "key works" in told(saved)

    training = await orders_training(ada, "mara", cats[:4])
    lessons = await training.answered()
    await stands(world, "running")
    painting = await ada.runs("/imagine", prompt="a cat on the moon")
    canvas = await painting.answered()
    first, second = [job.id for job in jobs(world)]
    ready, result = await hurried(world, ada, first), await delivered(world, second)
    assert "mara is ready" in ready.text
    assert len(result.attachments) == 1
    assert ready.post.channel is result.post.channel is ada.place
    assert [ready == lessons, result == canvas] == [place in OUTSIDE] * 2
    assert [each["value"] for each in await ada.types("/imagine", "lora", "")] == ["mara"]
    assert world.novita.orders == 2


async def test_again_works_in_a_private_message_with_the_bot(world: World) -> None:
    ada = world.ada.dm
    await world.has_key(ada)
    painting = await ada.runs("/imagine", prompt="a cat on the moon")
    await painting.answered()
    result = await delivered(world, newest(world).id)
    again = await ada.clicks("🔁", result)
    await again.answered()
    second = await delivered(world, newest(world).id)
    assert second != result
    assert second.post.channel is ada.place
    assert world.novita.orders == 2


async def test_after_the_tokens_fifteen_minutes_a_result_from_outside_comes_as_a_private_message(
    world: World,
) -> None:
    world.novita.pace = Pace(painting_seconds=3600)
    ada = PLACES["a server without the bot"](world)
    await world.has_key(world.ada)
    answer = await ada.runs("/imagine", prompt="a lighthouse")
    await answer.answered()
    await stands(world, "running")
    world.clock.advance(16 * 60)
    world.novita.finish_all()
    result = await delivered(world, newest(world).id)
    assert result.post.channel is world.ada.dm.place
    assert len(result.attachments) == 1


async def test_a_channel_that_was_deleted_or_closed_does_not_lose_the_result(world: World) -> None:
    world.novita.pace = Pace(painting_seconds=3600)
    await world.has_key(world.ada)
    gone, closed = world.guild.text_channel("gone"), world.guild.text_channel("closed")
    ordered = []
    for channel, prompt in ((gone, "a lighthouse in the fog"), (closed, "a lighthouse at noon")):
        answer = await world.ada.at(channel).runs("/imagine", prompt=prompt)
        await answer.answered()
        await stands(world, "running")
        ordered.append(newest(world).id)
    world.guild.delete(gone)
    world.guild.deny(closed, "VIEW_CHANNEL", "SEND_MESSAGES")
    world.clock.advance(16 * 60)
    world.novita.finish_all()
    for job in ordered:
        result = await delivered(world, job)
        assert result.post.channel is world.ada.dm.place
    assert world.novita.orders == 2


async def test_a_channel_that_was_closed_a_moment_ago_shows_the_result_in_the_card(world: World) -> None:
    world.novita.pace = Pace(painting_seconds=3600)
    await world.has_key(world.ada)
    answer = await world.ada.runs("/imagine", prompt="a lighthouse")
    card = await answer.answered()
    await stands(world, "running")
    world.guild.deny(world.channel, "SEND_MESSAGES")
    world.novita.finish_all()
    assert await delivered(world, newest(world).id) == card


async def test_with_every_door_closed_the_result_waits_for_its_owner_to_ask(
    world: World, cats: list[Path]
) -> None:
    world.novita.pace = Pace(painting_seconds=3600)
    await world.has_key(world.ada)
    gone, other = world.guild.text_channel("gone"), world.guild.text_channel("other")
    answer = await world.ada.at(gone).runs("/imagine", prompt="a lighthouse")
    await answer.answered()
    await stands(world, "running")
    world.ada.closes_dms()
    world.guild.delete(gone)
    world.novita.finish_all()
    job = await stands(world, "undeliverable")
    await world.restarted()

    status = await world.ada.at(other).runs("/status")
    assert "Finished, but I could not" in told(status)
    assert "I keep the pictures for 30 days" in told(status)
    shown = await world.ada.at(other).clicks("Show", status.message)
    brought = await shown.answered()
    assert brought.ephemeral_to is world.ada.user
    assert len(brought.attachments) == 1
    await stands(world, "done", job=job.id)
    assert results(world, job.id) == []
    assert world.novita.orders == 1


async def test_what_fails_where_nobody_can_see_it_is_told_in_a_private_message(
    world: World, cats: list[Path]
) -> None:
    await world.has_key(world.ada)
    gone = world.guild.text_channel("gone")
    world.discord.cdn.hold()
    training = await orders_training(world.ada.at(gone), "mara", cats[:4])
    await training.answered()
    await until(world, lambda: world.discord.cdn.waiting, what="a download")
    world.guild.delete(gone)
    world.discord.cdn.forget_given()
    world.discord.cdn.release()
    notice = await world.ada.sees("came to nothing", where=world.ada.dm)
    assert "Discord no longer has the files" in notice.text
    await owns_lora(world, world.ada, "mara", cats[:4])
