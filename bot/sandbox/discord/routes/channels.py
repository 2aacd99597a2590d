"""Channels and their messages, by the bot's token: what the bot itself may see, write, edit and delete."""

from __future__ import annotations

from bot.sandbox.discord import posting, wire, wire_messages
from bot.sandbox.discord.refusals import (
    Form,
    authored_by_another,
    cannot_message_person,
    direct_message_action,
    missing_access,
    missing_permissions,
    no_mutual_guild,
    reply_without_history,
    thread_archived,
    unknown_channel,
    unknown_message,
)
from bot.sandbox.discord.routes.call import NOTHING, Answer, Call, ok
from bot.sandbox.discord.state import MEBIBYTE, THREAD, Channel, Post
from bot.sandbox.discord.wire import Json

NONCE_LIFE = 300.0
"""Seconds in which an equal nonce means the same message («the past few minutes»)."""


async def get(call: Call) -> Answer:
    return ok(wire.channel(_channel(call)))


async def typing(call: Call) -> Answer:
    _may_write(call, _channel(call))
    return NOTHING


async def create(call: Call) -> Answer:
    channel, body = _channel(call), call.incoming.table()
    _may_write(call, channel, files=bool(call.incoming.files), embeds=bool(body.get("embeds")))
    nonce = body.get("nonce")
    form = Form()
    if isinstance(nonce, str):
        form.text(("nonce",), nonce, high=25)
    form.settle()
    if nonce is not None and body.get("enforce_nonce"):
        first = _same_nonce(call, channel, nonce)
        if first is not None:
            return ok(wire_messages.message(call.world, first, created=True))
    reference = _reference(call, channel, body)
    post = posting.compose(
        call.world,
        channel=channel,
        author=call.world.bot,
        body=body,
        files=call.incoming.files,
        limit=_limit(channel),
    )
    post.nonce = nonce
    if reference is not None:
        post.type, post.reference = 19, (channel, reference.id)
    posting.publish(call.world, post)
    return ok(wire_messages.message(call.world, post, created=True))


async def history(call: Call) -> Answer:
    channel = _channel(call)
    limit = call.query.get("limit", "50")
    form = Form()
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        form.wrong(("limit",), "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
    form.settle()
    if not channel.may(call.world.bot, "READ_MESSAGE_HISTORY"):
        return ok([])
    posts = sorted((each for each in channel.posts.values() if not each.ephemeral), key=lambda each: each.id)
    count = int(limit)
    if before := call.query.get("before"):
        posts = [each for each in posts if each.id < int(before)][-count:]
    elif after := call.query.get("after"):
        posts = [each for each in posts if each.id > int(after)][:count]
    elif around := call.query.get("around"):
        older = [each for each in posts if each.id <= int(around)][-(count // 2 + 1) :]
        posts = older + [each for each in posts if each.id > int(around)][: count // 2]
    else:
        posts = posts[-count:]
    bot = call.world.bot
    return ok([wire_messages.for_reader(call.world, each, reader=bot) for each in reversed(posts)])


async def one(call: Call) -> Answer:
    channel = _channel(call)
    if not channel.may(call.world.bot, "READ_MESSAGE_HISTORY"):
        raise missing_permissions()
    post = _post(call, channel)
    return ok(wire_messages.for_reader(call.world, post, reader=call.world.bot))


async def edit(call: Call) -> Answer:
    channel, body = _channel(call), call.incoming.table()
    post = _post(call, channel)
    if post.author is not call.world.bot:
        raise authored_by_another()
    if channel.archived:
        raise thread_archived()
    if call.incoming.files and not channel.may(call.world.bot, "ATTACH_FILES"):
        raise missing_permissions()
    if body.get("embeds") and not channel.may(call.world.bot, "EMBED_LINKS"):
        raise missing_permissions()
    posting.rewrite(call.world, post, body=body, files=call.incoming.files, limit=_limit(channel))
    return ok(wire_messages.message(call.world, post))


async def delete(call: Call) -> Answer:
    channel = _channel(call)
    post = _post(call, channel)
    if post.author is not call.world.bot:
        if channel.guild is None:
            raise direct_message_action()
        if not channel.may(call.world.bot, "MANAGE_MESSAGES"):
            raise missing_permissions()
    if channel.archived:
        raise thread_archived()
    posting.remove(call.world, post)
    return NOTHING


def _channel(call: Call) -> Channel:
    channel = call.world.channel(call.number("channel"))
    if channel is None:
        raise unknown_channel()
    if not channel.may(call.world.bot, "VIEW_CHANNEL"):
        raise missing_access()
    return channel


def _post(call: Call, channel: Channel) -> Post:
    post = channel.posts.get(call.number("message"))
    if post is None or post.ephemeral:
        raise unknown_message()
    return post


def _limit(channel: Channel) -> int:
    return channel.guild.file_limit if channel.guild is not None else 10 * MEBIBYTE


def _may_write(call: Call, channel: Channel, *, files: bool = False, embeds: bool = False) -> None:
    bot = call.world.bot
    if channel.guild is None:
        person = next(each for each in channel.recipients if each is not bot)
        if not person.installed and not call.world.shares_guild(person):
            raise no_mutual_guild()
        if not person.dms_open:
            raise cannot_message_person()
        return
    wanted = ["SEND_MESSAGES_IN_THREADS" if channel.type == THREAD else "SEND_MESSAGES"]
    wanted += ["ATTACH_FILES"] if files else []
    wanted += ["EMBED_LINKS"] if embeds else []
    if not channel.may(bot, *wanted):
        raise missing_permissions()
    if channel.locked and not channel.may(bot, "MANAGE_THREADS"):
        raise thread_archived()


def _same_nonce(call: Call, channel: Channel, nonce: str | int) -> Post | None:
    oldest = call.world.clock.time() - NONCE_LIFE
    for post in channel.posts.values():
        if post.author is call.world.bot and post.nonce == nonce and post.created > oldest:
            return post
    return None


def _reference(call: Call, channel: Channel, body: Json) -> Post | None:
    reference = body.get("message_reference")
    if reference is None:
        return None
    form = Form()
    path = ("message_reference",)
    said = form.table(path, reference)
    post = channel.posts.get(int(said["message_id"])) if str(said.get("message_id")).isdigit() else None
    if not channel.may(call.world.bot, "READ_MESSAGE_HISTORY"):
        raise reply_without_history()
    place = said.get("channel_id")
    if post is None or post.ephemeral or (place is not None and str(place) != str(channel.id)):
        if said.get("fail_if_not_exists") is False:
            return None
        form.wrong(path, "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    form.settle()
    return post
