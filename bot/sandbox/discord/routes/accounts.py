"""Users, servers, members, the application, the gateway's address."""

from __future__ import annotations

from bot.sandbox.discord import wire
from bot.sandbox.discord.refusals import (
    Form,
    invalid_recipients,
    missing_access,
    unknown_guild,
    unknown_member,
    unknown_user,
)
from bot.sandbox.discord.routes.call import Answer, Call, ok
from bot.sandbox.discord.state import Guild


async def me(call: Call) -> Answer:
    return ok(wire.account(call.world))


async def application(call: Call) -> Answer:
    return ok(wire.application(call.world))


async def gateway(call: Call) -> Answer:
    limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
    return ok({"url": call.gateway_url, "shards": 1, "session_start_limit": limit})


async def user(call: Call) -> Answer:
    found = call.world.users.get(call.number("user"))
    if found is None:
        raise unknown_user()
    return ok(wire.user(found))


async def open_dm(call: Call) -> Answer:
    """Opening succeeds for anyone but bots; whether writing does is decided when writing."""
    wanted = str(call.incoming.table().get("recipient_id"))
    if not wanted.isdigit():
        form = Form()
        form.wrong(("recipient_id",), "NUMBER_TYPE_COERCE", f'Value "{wanted}" is not snowflake.')
        form.settle()
    found = call.world.users.get(int(wanted))
    if found is None or found.bot:
        raise invalid_recipients()
    return ok(wire.channel(call.world.dm(found)))


async def guild(call: Call) -> Answer:
    found = _guild(call)
    body = wire.guild(found)
    if call.flag("with_counts"):
        body |= {"approximate_member_count": len(found.members), "approximate_presence_count": 0}
    return ok(body)


async def member(call: Call) -> Answer:
    found = _guild(call).members.get(call.number("user"))
    if found is None:
        raise unknown_member()
    return ok(wire.member(call.world, found))


async def nothing(call: Call) -> Answer:
    """Lists that this sandbox never fills: entitlements and SKUs."""
    return ok([])


async def emojis(call: Call) -> Answer:
    return ok({"items": []})


def _guild(call: Call) -> Guild:
    found = call.world.guilds.get(call.number("guild"))
    if found is None:
        raise unknown_guild()
    if not found.bot:
        raise missing_access()
    return found
