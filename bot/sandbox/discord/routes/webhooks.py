"""First answers, follow-ups and edits by an interaction's token; these come without the bot's token."""

from __future__ import annotations

from bot.sandbox.discord import posting, wire_messages
from bot.sandbox.discord.routes.call import NOTHING, Answer, Call, ok


async def callback(call: Call) -> Answer:
    body = call.desk.respond(call.path["interaction"], call.path["token"], call.incoming)
    return ok(body) if call.flag("with_response") else NOTHING


async def follow_up(call: Call) -> Answer:
    interaction = call.desk.holder(call.path["app"], call.path["token"])
    post = call.desk.follow_up(interaction, call.incoming)
    return ok(wire_messages.message(call.world, post)) if call.flag("wait") else NOTHING


async def get(call: Call) -> Answer:
    interaction = call.desk.holder(call.path["app"], call.path["token"])
    return ok(wire_messages.message(call.world, call.desk.message_of(interaction, call.path["message"])))


async def edit(call: Call) -> Answer:
    interaction = call.desk.holder(call.path["app"], call.path["token"])
    post = call.desk.message_of(interaction, call.path["message"])
    call.desk.edit(interaction, post, call.incoming)
    return ok(wire_messages.message(call.world, post))


async def delete(call: Call) -> Answer:
    interaction = call.desk.holder(call.path["app"], call.path["token"])
    posting.remove(call.world, call.desk.message_of(interaction, call.path["message"]))
    return NOTHING
