"""Registering commands (what the PUT refuses) and sending them (what a client would not let through)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.discord import Channel, Guild, NotOffered, Person
from tests.integration.sandbox_discord.raw import Json, RawBot, Reply


def slash(name: str = "go", **more: Any) -> Json:
    return {"name": name, "description": "d"} | more


def option(name: str = "a", kind: int = 3, **more: Any) -> Json:
    return {"name": name, "type": kind, "description": "d"} | more


async def put(raw: RawBot, *commands: Json, guild: Guild | None = None) -> Reply:
    place = f"/guilds/{guild.id}" if guild else ""
    path = f"/applications/{raw.discord.application_id}{place}/commands"
    return await raw.call("PUT", path, list(commands))


CHOICE = {"name": "x", "value": "x"}
BAD: dict[str, tuple[list[Json], str]] = {
    "capital letters": ([slash("Go")], "0.name"),
    "a space": ([slash("go on")], "0.name"),
    "33 characters": ([slash("g" * 33)], "0.name"),
    "no description": ([{"name": "go"}], "0.description"),
    "a description of 101": ([slash(description="x" * 101)], "0.description"),
    "a menu with a description": ([{"name": "Go", "type": 3, "description": "x"}], "0.description"),
    "a name twice": ([slash(), slash()], "1"),
    "26 options": ([slash(options=[option(f"a{n}") for n in range(26)])], "0.options"),
    "an option twice": ([slash(options=[option(), option()])], "0.options.1"),
    "a required option after an optional one": (
        [slash(options=[option("a"), option("b", required=True)])],
        "0.options.1",
    ),
    "26 choices": (
        [slash(options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])])],
        "0.options.0.choices",
    ),
    "choices with autocomplete": (
        [slash(options=[option(choices=[CHOICE], autocomplete=True)])],
        "0.options.0.autocomplete",
    ),
    "choices of a file": ([slash(options=[option(kind=11, choices=[CHOICE])])], "0.options.0.choices"),
    "a choice of the wrong kind": (
        [slash(options=[option(kind=4, choices=[CHOICE])])],
        "0.options.0.choices.0.value",
    ),
    "an option beside a subcommand": (
        [slash(options=[option("a", 1), option("b")])],
        "0.options",
    ),
    "a group in a group": (
        [slash(options=[option("a", 2, options=[option("b", 2)])])],
        "0.options.0.options.0.type",
    ),
    "an unknown option type": ([slash(options=[option(kind=12)])], "0.options.0.type"),
    "an unknown context": ([slash(contexts=[3])], "0.contexts"),
    "no integration type at all": ([slash(integration_types=[])], "0.integration_types"),
    "16 message menus": ([{"name": f"m{n}", "type": 3} for n in range(16)], "15"),
    "101 slash commands": ([slash(f"c{n}") for n in range(101)], "100"),
    "more than 8000 characters": (
        [
            slash("a", options=[option(f"o{n}", description="x" * 100) for n in range(25)]),
            slash(
                "b",
                options=[
                    option(
                        f"o{n}",
                        choices=[{"name": f"{m}{'x' * 90}", "value": f"{m}{'x' * 90}"} for m in range(25)],
                    )
                    for n in range(2)
                ],
            ),
        ],
        "1",
    ),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_definition_over_a_limit_is_50035_and_changes_nothing(raw: RawBot, name: str) -> None:
    commands, path = BAD[name]
    assert path in (await put(raw, *commands)).faults()
    assert raw.discord.commands == []


async def test_names_in_other_scripts_are_allowed(raw: RawBot) -> None:
    assert (await put(raw, slash("größe"), slash("学ぶ"), slash("करना"))).status == 200


async def test_ids_stay_with_the_name_and_versions_with_the_definition(raw: RawBot) -> None:
    first = (await put(raw, slash(), slash("other"))).body
    second = (await put(raw, slash(), slash("other", description="changed"))).body
    assert [each["id"] for each in first] == [each["id"] for each in second]
    assert first[0]["version"] == second[0]["version"]
    assert first[1]["version"] != second[1]["version"]
    path = f"/applications/{raw.discord.application_id}/commands"
    assert (await raw.call("GET", path)).body == second
    assert (await raw.call("GET", f"{path}/{second[0]['id']}")).body == second[0]
    assert (await raw.call("GET", f"{path}/5")).refusal == (404, 10063)


async def test_200_new_commands_a_day_are_the_most(raw: RawBot) -> None:
    raw.discord.limits.change("sync", limit=100)
    for start in range(0, 200, 100):
        assert (await put(raw, *(slash(f"c{start + n}") for n in range(100)))).status == 200
    assert (await put(raw, slash("last"))).refusal == (400, 30034)
    assert (await put(raw, slash("c199"))).status == 200
    raw.discord.clock.advance(24 * 3600)
    assert (await put(raw, slash("last"))).status == 200


async def test_a_servers_own_command_is_marked_as_such(
    raw: RawBot, ada: Person, guild: Guild, studio: Channel
) -> None:
    assert (await put(raw, slash("here"), guild=guild)).body[0]["guild_id"] == str(guild.id)
    assert "0.contexts" in (await put(raw, slash(contexts=[0]), guild=guild)).faults()
    _, event = await raw.shows(ada.runs("/here"), {"content": "x"})
    assert event["data"]["guild_id"] == str(guild.id)
    foreign = raw.discord.guild("Foreign", bot=False)
    assert (await put(raw, slash("here"), guild=foreign)).refusal == (403, 50001)


OPTIONS = [
    option("text", 3, required=True, max_length=5),
    option("number", 4, min_value=1, max_value=8),
    option("flag", 5),
    option("who", 6),
    option("where", 7),
    option("real", 10),
    option("file", 11),
    option("kind", 3, choices=[{"name": "Square", "value": "sq"}]),
]


async def test_options_of_every_type_are_carried_and_resolved(
    raw: RawBot, ada: Person, studio: Channel, tmp_path: Path
) -> None:
    await put(raw, slash(options=OPTIONS))
    path = tmp_path / "cat picture.png"
    path.write_bytes(b"meow")
    act = ada.runs(
        "/go", text="abc", number=2, flag=True, who=ada, where=studio, real=0.5, file=path, kind="Square"
    )
    _, event = await raw.shows(act, {"content": "x"})
    values = {each["name"]: each["value"] for each in event["data"]["options"]}
    resolved = event["data"]["resolved"]
    assert values["text"] == "abc"
    assert (values["number"], values["flag"], values["real"], values["kind"]) == (2, True, 0.5, "sq")
    attachment = resolved["attachments"][values["file"]]
    assert attachment["filename"] == "cat_picture.png"
    assert attachment["ephemeral"]
    assert resolved["users"][values["who"]]["username"] == "ada"
    assert "user" not in resolved["members"][values["who"]]
    assert resolved["channels"][values["where"]]["name"] == "studio"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "'text' is required"),
        ({"text": "abc", "colour": 1}, "no option 'colour'"),
        ({"text": 5}, "no text"),
        ({"text": ""}, "characters"),
        ({"text": "abcdef"}, "6 characters"),
        ({"text": "a", "number": "2"}, "whole number"),
        ({"text": "a", "number": True}, "whole number"),
        ({"text": "a", "number": 9}, "1 to 8"),
        ({"text": "a", "flag": 1}, "does not fit"),
        ({"text": "a", "who": "ada"}, "no person"),
        ({"text": "a", "file": "a.png"}, "no file"),
        ({"text": "a", "file": ("a.png", bytes((10 << 20) + 1))}, "too powerful"),
        ({"text": "a", "kind": "round"}, "among the choices"),
    ],
)
async def test_a_client_sends_nothing_that_the_definition_does_not_allow(
    raw: RawBot, ada: Person, options: dict[str, Any], reason: str
) -> None:
    await put(raw, slash(options=OPTIONS))
    with pytest.raises(NotOffered, match=reason):
        await ada.runs("/go", **options)


async def test_subcommands_are_nested_and_groups_alone_cannot_be_sent(raw: RawBot, ada: Person) -> None:
    leaf = option("subject", 1, options=[option("name", required=True)])
    await put(raw, slash("train", options=[leaf, option("more", 2, options=[option("deep", 1)])]))
    _, event = await raw.shows(ada.runs("/train subject", name="mara"), {"content": "x"})
    (sub,) = event["data"]["options"]
    assert (sub["name"], sub["type"]) == ("subject", 1)
    assert sub["options"] == [{"name": "name", "type": 3, "value": "mara"}]
    _, event = await raw.shows(ada.runs("/train more deep"), {"content": "x"})
    assert event["data"]["options"][0]["options"][0]["name"] == "deep"
    for command, reason in (("/train", "alone"), ("/train nothing", "no subcommand"), ("/paint", "train")):
        with pytest.raises(NotOffered, match=reason):
            await ada.runs(command)
