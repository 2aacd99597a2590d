"""What a window is told of places, people and commands."""

from __future__ import annotations

from typing import Any

from bot.sandbox.discord import Channel, Person
from bot.sandbox.page.street import Street
from tests.integration.sandbox_discord.raw import RawBot
from tests.integration.sandbox_page.conftest import Look
from tests.integration.sandbox_page.looker import Looker

Json = dict[str, Any]


def guild(looker: Looker, name: str) -> Json:
    return next(each for each in looker.world["guilds"] if each["name"] == name)


def channel(looker: Looker, name: str) -> Json:
    channels = [each for guild in looker.world["guilds"] for each in guild["channels"]]
    return next(each for each in [*channels, *looker.world["private"]] if each["name"] == name)


async def test_a_window_looks_as_the_first_person_until_it_says_otherwise(look: Look, ada: Person) -> None:
    window = await look()
    assert window.world["me"] == str(ada.id)
    assert [each["name"] for each in window.world["people"]] == ["Ada", "Bo", "Cy"]
    assert window.world["app"]["name"] == "Easel"


async def test_each_person_sees_the_places_that_are_theirs(
    look: Look, ada: Person, bo: Person, cy: Person
) -> None:
    seen = {}
    for person in (ada, bo, cy):
        window = await look(person)
        seen[person.name] = [each["name"] for each in window.world["guilds"] + window.world["private"]]
    assert seen == {
        "Ada": ["The Atelier", "Elsewhere", "Easel", "Sunday painters"],
        "Bo": ["The Atelier", "Easel", "Sunday painters"],
        "Cy": ["Elsewhere", "Easel", "Sunday painters"],
    }


async def test_a_server_is_told_with_its_channels_members_and_roles(look: Look, bo: Person) -> None:
    window = await look(bo)
    atelier = guild(window, "The Atelier")
    assert atelier["bot"] is True
    assert [(each["name"], each["type"]) for each in atelier["channels"]] == [
        ("paintings", 0),
        ("sketches", 11),
        ("lounge", 0),
        ("backstage", 0),
        ("after-dark", 0),
    ]
    assert channel(window, "sketches")["parent"] == channel(window, "paintings")["id"]
    assert channel(window, "after-dark")["nsfw"] is True
    assert channel(window, "lounge")["nsfw"] is False
    assert channel(window, "lounge")["topic"] == "For talk; Easel’s commands work here too"
    assert channel(window, "sketches")["topic"] is None
    assert [each["name"] for each in atelier["members"]] == ["Dot", "Easel", "Ada", "Bo"]
    assert [each["name"] for each in atelier["roles"]] == ["Curators", "Painters"]
    assert channel(window, "Sunday painters")["type"] == 3
    assert {window.world["everyone"][each] for each in channel(window, "Sunday painters")["recipients"]} == {
        "Ada",
        "Cy",
    }


async def test_what_a_person_may_do_is_theirs_alone(
    look: Look, ada: Person, bo: Person, street: Street, paintings: Channel
) -> None:
    street.world.guild.deny(paintings, "ATTACH_FILES", "USE_APPLICATION_COMMANDS", who=ada)
    window, other = await look(ada), await look(bo)
    assert channel(window, "paintings")["may"] == {
        "write": True,
        "attach": False,
        "run": False,
        "moderate": False,
        "thread": True,
    }
    assert channel(other, "paintings")["may"] == {
        "write": True,
        "attach": True,
        "run": True,
        "moderate": True,
        "thread": True,
    }
    assert channel(other, "sketches")["may"]["thread"] is False
    assert channel(other, "Easel")["may"] == {
        "write": True,
        "attach": True,
        "run": True,
        "moderate": False,
        "thread": False,
    }


async def test_a_changed_permission_is_told_at_once_to_every_window(
    look: Look, ada: Person, bo: Person, street: Street, paintings: Channel
) -> None:
    window, other = await look(ada), await look(bo)
    street.world.guild.deny(paintings, "VIEW_CHANNEL", who=ada)
    await window.hears(
        "world", lambda told: "paintings" not in [each["name"] for each in told["guilds"][0]["channels"]]
    )
    await other.nothing_more()
    assert channel(other, "paintings")


async def test_locked_threads_and_members_who_leave_are_told(look: Look, ada: Person, street: Street) -> None:
    window = await look(ada)
    thread = next(each for each in street.world.guild.channels.values() if each.name == "sketches")
    thread.lock()
    street.world.guild.leave(street.world.bo)
    await window.nothing_more()
    assert channel(window, "sketches")["locked"] is True
    assert channel(window, "sketches")["may"]["write"] is False
    assert "Bo" not in [each["name"] for each in guild(window, "The Atelier")["members"]]


async def test_the_bot_is_online_while_it_is_connected(look: Look, street: Street) -> None:
    window = await look()
    assert window.world["app"]["online"] is False
    async with RawBot(street.discord):
        await window.hears("world", lambda told: told["app"]["online"])
    await window.hears("world", lambda told: not told["app"]["online"] and told is window.world)


async def test_a_bot_that_registers_commands_makes_windows_ask_again(look: Look, raw: RawBot) -> None:
    window = await look()
    await raw.registers({"name": "paint"})
    await window.hears("commands")


async def test_offered_are_the_commands_of_the_place_of_all_three_kinds(
    look: Look, raw: RawBot, ada: Person, cy: Person, street: Street, paintings: Channel
) -> None:
    await raw.registers(
        {"name": "paint"},
        {"name": "grown", "nsfw": True},
        {"name": "here", "contexts": [0], "integration_types": [0]},
        {"name": "Use it", "type": 3},
        {"name": "Who is it", "type": 2},
    )
    window, other = await look(ada), await look(cy)

    async def offered(looker: Looker, place: Json) -> list[str]:
        return [each["name"] for each in (await looker.ask("commands", channel=place["id"]))["commands"]]

    assert await offered(window, channel(window, "paintings")) == ["paint", "here", "Who is it", "Use it"]
    assert "grown" in await offered(window, channel(window, "after-dark"))
    assert await offered(window, channel(window, "chat")) == []
    assert await offered(other, channel(other, "chat")) == ["paint", "Who is it", "Use it"]
    assert "sees no such place" in await other.refused("commands", channel=str(paintings.id))


async def test_who_carries_the_app_along_is_offered_it_everywhere(
    look: Look, raw: RawBot, ada: Person
) -> None:
    await raw.registers({"name": "paint"})
    window = await look(ada)
    place = channel(window, "chat")["id"]
    await window.ask("install", installed=True)
    await window.hears("world", lambda told: told["people"][0]["installed"])
    assert [each["name"] for each in (await window.ask("commands", channel=place))["commands"]] == ["paint"]
    await window.ask("install", installed=False)
    assert (await window.ask("commands", channel=place))["commands"] == []


async def test_closed_dms_are_told_and_meant(look: Look, ada: Person, bo: Person) -> None:
    window, other = await look(ada), await look(bo)
    await window.ask("receive", dms=False)
    await other.hears("world", lambda told: not told["people"][0]["dms"])
    assert ada.user.dms_open is False


async def test_the_world_is_told_anew_when_the_clock_was_moved(look: Look, street: Street) -> None:
    window = await look()
    before = window.world["now"]
    await window.ask("forward", seconds=5000)
    await window.hears("world", lambda told: told["now"] > before + 4999)
    await window.ask("forward", seconds=0.4)
    worlds = len([each for each in window.told if each["on"] == "world"])
    await window.until(lambda: len([each for each in window.told if each["on"] == "world"]) > worlds)


async def test_nobody_else_than_the_people_of_the_street_can_be_looked_as(look: Look, street: Street) -> None:
    window = await look()
    owner = str(street.world.guild.owner.id)
    assert await window.refused("be", person=owner) == (
        "This person is not in this sandbox; it was started anew."
    )
