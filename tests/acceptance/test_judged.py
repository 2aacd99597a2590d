"""The judge behind every story: skipped, with the reason, where Discord's own description is not at hand."""

from __future__ import annotations

from bot.sandbox.world import World
from tests.openapi import the_judge


async def test_the_exchanges_of_a_story_are_judged_and_a_spoiled_one_is_found(world: World) -> None:
    judge = the_judge()
    await world.has_key(world.ada)
    entries = world.discord.exchanges.entries
    assert judge.check(entries) == []
    callback = next(each for each in entries if each["path"].endswith("/callback"))
    spoiled = callback | {"body": {"type": "a modal"}}
    assert judge.check([spoiled]) != []
