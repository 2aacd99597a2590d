"""Where a command runs and what its interaction says of it: the tables of discord-platform §6."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.discord import Channel, DiscordServer, Guild, NotOffered, Person
from tests.integration.sandbox_discord.raw import Json, RawBot, Reply

EPHEMERAL = 64


@pytest.fixture(autouse=True)
async def _registered(raw: RawBot) -> None:
    await raw.registers(
        {"name": "go", "contexts": [0, 1, 2], "integration_types": [0, 1]},
        {"name": "guildonly", "contexts": [0], "integration_types": [0]},
        {"name": "managers", "default_member_permissions": 1 << 5},
        {"name": "admins", "default_member_permissions": 0},
        {"name": "adult", "nsfw": True},
        {"name": "old", "dm_permission": False},
    )


async def received(raw: RawBot, person: Person, command: str = "/go", data: Json | None = None) -> Json:
    _, event = await raw.shows(person.runs(command), data or {"content": "x"})
    return event


async def test_in_a_server_of_the_bot(raw: RawBot, ada: Person, guild: Guild, studio: Channel) -> None:
    event = await received(raw, ada)
    assert event["context"] == 0
    assert event["authorizing_integration_owners"] == {"0": str(guild.id)}
    assert event["guild_id"] == event["guild"]["id"] == str(guild.id)
    assert event["guild_locale"] == "en-US"
    assert event["channel"]["name"] == "studio"
    assert "user" not in event
    assert int(event["member"]["permissions"]) & (1 << 11)
    assert event["app_permissions"] == str(studio.permissions(raw.discord.world.bot))
    both = await received(raw, ada.installs())
    assert both["authorizing_integration_owners"] == {"0": str(guild.id), "1": str(ada.id)}


async def test_in_a_foreign_server_by_user_install(raw: RawBot, discord: DiscordServer, ada: Person) -> None:
    foreign = discord.guild("Foreign", bot=False, tier=2)
    there = ada.at(foreign.text_channel("general"))
    with pytest.raises(NotOffered, match="installed neither"):
        await there.runs("/go")
    event = await received(raw, there.installs())
    assert event["authorizing_integration_owners"] == {"1": str(ada.id)}
    assert event["context"] == 0
    assert event["channel"]["position"] == 0
    assert event["member"]["user"]["username"] == "ada"
    assert event["attachment_size_limit"] == 50 << 20
    with pytest.raises(NotOffered, match="installed neither"):
        await there.runs("/guildonly")


async def test_in_the_dm_with_the_bot(raw: RawBot, ada: Person, discord: DiscordServer) -> None:
    event = await received(raw, ada.dm)
    assert event["context"] == 1
    assert event["authorizing_integration_owners"] == {"0": "0"}
    assert event["user"]["id"] == str(ada.id)
    assert not {"member", "guild", "guild_id", "guild_locale"} & set(event)
    assert event["channel"]["type"] == 1
    carried = discord.person("eve").installs()
    event = await received(raw, carried.dm)
    assert event["authorizing_integration_owners"] == {"1": str(carried.id)}
    for command in ("/guildonly", "/old"):
        with pytest.raises(NotOffered, match="kind of place"):
            await ada.dm.runs(command)


async def test_in_other_peoples_conversations(raw: RawBot, ada: Person, discord: DiscordServer) -> None:
    bob = discord.person("bob")
    with pytest.raises(NotOffered, match="installed neither"):
        await ada.dm_with(bob).runs("/go")
    ada.installs()
    for place, kind in ((ada.dm_with(bob), 1), (ada.group(bob), 3)):
        event = await received(raw, place)
        assert event["context"] == 2
        assert event["authorizing_integration_owners"] == {"1": str(ada.id)}
        assert event["channel"]["type"] == kind
        assert event["app_permissions"] == str(1 << 15 | 1 << 14 | 1 << 17)
        assert len(bob.at(place).messages()) == 1


async def test_outside_its_servers_five_follow_ups_are_allowed_and_edits_are_free(
    raw: RawBot, ada: Person, discord: DiscordServer
) -> None:
    foreign = discord.guild("Foreign", bot=False)
    event = await received(raw, ada.installs().at(foreign.text_channel("general")))
    replies: list[Reply] = [await raw.follows_up(event, {"content": str(n)}) for n in range(6)]
    assert [each.status for each in replies] == [200] * 5 + [400]
    assert replies[-1].refusal == (400, 40094)
    assert (await raw.edits(event, {"content": "still"})).status == 200


async def test_inside_its_servers_follow_ups_are_not_counted(raw: RawBot, ada: Person) -> None:
    event = await received(raw, ada)
    for n in range(6):
        assert (await raw.follows_up(event, {"content": str(n)})).status == 200


async def test_where_external_apps_are_forbidden_the_answer_is_private(
    raw: RawBot, ada: Person, discord: DiscordServer
) -> None:
    foreign = discord.guild("Foreign", bot=False)
    channel = foreign.text_channel("general")
    there = ada.installs().at(channel)
    foreign.deny(channel, "USE_EXTERNAL_APPS", who=ada)
    exchange, event = await raw.shows(there.runs("/go"), {"content": "x"})
    assert exchange.message is not None
    assert exchange.message.ephemeral_to is ada.user
    assert (await raw.follows_up(event, {"content": "y"})).body["flags"] & EPHEMERAL


async def test_commands_hide_from_those_without_the_permission(
    raw: RawBot, ada: Person, guild: Guild
) -> None:
    for command in ("/managers", "/admins"):
        with pytest.raises(NotOffered, match="permissions it asks for"):
            await ada.runs(command)
    guild.grant(ada, "MANAGE_GUILD")
    await received(raw, ada, "/managers")
    with pytest.raises(NotOffered, match="permissions it asks for"):
        await ada.runs("/admins")
    guild.grant(ada, "ADMINISTRATOR")
    await received(raw, ada, "/admins")


async def test_adult_commands_need_an_age_restricted_channel(raw: RawBot, ada: Person, guild: Guild) -> None:
    with pytest.raises(NotOffered, match="age-restricted"):
        await ada.runs("/adult")
    await received(raw, ada.at(guild.text_channel("after dark", nsfw=True)), "/adult")


async def test_a_person_must_see_the_channel_and_be_allowed_commands(
    raw: RawBot, ada: Person, guild: Guild, studio: Channel
) -> None:
    guild.deny(studio, "USE_APPLICATION_COMMANDS", who=ada)
    with pytest.raises(NotOffered, match="may not use commands"):
        await ada.runs("/go")
    guild.deny(studio, "VIEW_CHANNEL", who=ada)
    with pytest.raises(NotOffered, match="cannot see"):
        await ada.runs("/go")


async def test_in_a_thread_the_thread_is_the_channel(raw: RawBot, ada: Person, studio: Channel) -> None:
    thread = studio.thread("talk")
    event = await received(raw, ada.at(thread))
    assert event["channel"]["type"] == 11
    assert event["channel"]["parent_id"] == str(studio.id)
    assert event["channel_id"] == str(thread.id)
    thread.lock()
    with pytest.raises(NotOffered, match="locked"):
        await ada.at(thread).runs("/go")


async def test_a_press_carries_the_owners_of_the_message_it_presses(
    raw: RawBot, ada: Person, discord: DiscordServer
) -> None:
    foreign = discord.guild("Foreign", bot=False).text_channel("general")
    button = {"type": 2, "style": 1, "label": "b", "custom_id": "b"}
    await received(
        raw, ada.installs().at(foreign), data={"components": [{"type": 1, "components": [button]}]}
    )
    bob = discord.person("bob").at(foreign)
    acting = asyncio.create_task(bob.clicks("b"))
    event = await raw.interaction()
    assert event["authorizing_integration_owners"] == {"1": str(ada.id)}
    assert event["member"]["user"]["username"] == "bob"
    await raw.answers(event, 6)
    await acting


async def test_locale_is_the_persons(raw: RawBot, discord: DiscordServer, studio: Channel) -> None:
    event = await received(raw, discord.person("eva", locale="de").at(studio))
    assert event["locale"] == "de"
