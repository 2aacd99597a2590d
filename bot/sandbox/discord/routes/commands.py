"""Registering commands: PUT replaces everything, ids stay with (type, name) (discord-platform §8)."""

from __future__ import annotations

from bot.sandbox.discord.refusals import (
    Form,
    daily_creates_spent,
    invalid_json,
    missing_access,
    unknown_command,
    unknown_guild,
)
from bot.sandbox.discord.routes.call import Answer, Call, ok
from bot.sandbox.discord.rules import commands as rules
from bot.sandbox.discord.state import World
from bot.sandbox.discord.wire import Json

CREATES_A_DAY = 200
_OPTIONAL = (
    "required",
    "autocomplete",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "channel_types",
)


async def put(call: Call) -> Answer:
    guild_id = _scope(call)
    if not isinstance(call.incoming.body, list):
        raise invalid_json()
    form = Form()
    rules.check(form, call.incoming.body, guild=guild_id is not None)
    form.settle()
    old = {(each["type"], each["name"]): each for each in call.world.commands.get(guild_id, [])}
    registered = [_registered(call.world, each, old, guild_id) for each in call.incoming.body]
    known = {each["id"] for each in old.values()}
    _spend(call.world, guild_id, sum(each["id"] not in known for each in registered))
    call.world.commands[guild_id] = registered
    call.world.tell("COMMANDS", registered)
    return ok(registered)


async def every(call: Call) -> Answer:
    return ok(call.world.commands.get(_scope(call), []))


async def one(call: Call) -> Answer:
    for command in call.world.commands.get(_scope(call), []):
        if command["id"] == call.path["command"]:
            return ok(command)
    raise unknown_command()


def _scope(call: Call) -> int | None:
    if call.path["app"] != str(call.world.application_id):
        raise missing_access()
    if "guild" not in call.path:
        return None
    guild = call.world.guilds.get(call.number("guild"))
    if guild is None:
        raise unknown_guild()
    if not guild.bot:
        raise missing_access()
    return guild.id


def _spend(world: World, guild_id: int | None, count: int) -> None:
    now = world.clock.time()
    recent = [each for each in world.creates.get(guild_id, []) if now - each < 24 * 3600]
    if len(recent) + count > CREATES_A_DAY:
        raise daily_creates_spent()
    world.creates[guild_id] = [*recent, *[now] * count]


def _registered(world: World, body: Json, old: dict[tuple[int, str], Json], guild_id: int | None) -> Json:
    kind = body.get("type") or 1
    rights = body.get("default_member_permissions")
    command: Json = {
        "application_id": str(world.application_id),
        "type": kind,
        "name": body["name"],
        "description": body.get("description") or "",
        "default_member_permissions": None if rights is None else str(rights),
        "dm_permission": body.get("dm_permission") is not False,
        "nsfw": body.get("nsfw") or False,
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types") or ([0] if guild_id else [0, 1]),
    }
    if guild_id is not None:
        command["guild_id"] = str(guild_id)
    if body.get("options"):
        command["options"] = [_option(each) for each in body["options"]]
    command |= _localised(body)
    before = old.get((kind, body["name"]))
    same = before is not None and command.items() <= before.items()
    command["id"] = before["id"] if before is not None else str(world.snowflake())
    command["version"] = before["version"] if before is not None and same else str(world.snowflake())
    return command


def _localised(body: Json) -> Json:
    keys = ("name_localizations", "description_localizations")
    return {key: body[key] for key in keys if body.get(key)}


def _option(body: Json) -> Json:
    option: Json = {key: body[key] for key in ("type", "name", "description")}
    option |= {key: body[key] for key in _OPTIONAL if body.get(key) is not None} | _localised(body)
    if body.get("options"):
        option["options"] = [_option(each) for each in body["options"]]
    if body.get("choices"):
        option["choices"] = [
            {key: each[key] for key in ("name", "value")} | _localised(each) for each in body["choices"]
        ]
    return option
