"""What happened in the world, as gateway events: their name, their data, who gets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.discord import wire, wire_messages
from bot.sandbox.discord.permissions import BITS
from bot.sandbox.discord.state import Channel, Guild, Post, World
from bot.sandbox.discord.wire import Json

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
"""Intents."""


@dataclass(frozen=True, slots=True)
class Event:
    """`intent` 0: everyone gets it; `guild_id` None: shard 0."""

    name: str
    data: Json
    guild_id: int | None = None
    intent: int = 0


def event(world: World, kind: str, subject: Any) -> Event | None:
    """The event of what `World.tell` said; None when the bot is not told of it."""
    if isinstance(subject, Guild):
        return _guild(kind, subject)
    if isinstance(subject, Channel):
        return _channel(kind, subject)
    if isinstance(subject, Post):
        return _message(world, kind, subject)
    if kind == "GUILD_ROLE_CREATE":
        guild, role = subject
        if not guild.bot:
            return None
        return Event(kind, {"guild_id": str(guild.id), "role": wire.role(role)}, guild.id, GUILDS)
    return None


def _guild(kind: str, guild: Guild) -> Event:
    if kind == "GUILD_DELETE":
        return Event(kind, {"id": str(guild.id)}, guild.id, GUILDS)
    return Event(kind, wire.guild_create(guild), guild.id, GUILDS)


def _channel(kind: str, channel: Channel) -> Event | None:
    guild = channel.guild
    if guild is None or not guild.bot:
        return None
    data = wire.channel(channel)
    if kind == "THREAD_DELETE":
        data = {key: data[key] for key in ("id", "guild_id", "parent_id", "type")}
    if kind == "THREAD_CREATE":
        data["newly_created"] = True
    return Event(kind, data, guild.id, GUILDS)


def _message(world: World, kind: str, post: Post) -> Event | None:
    channel = post.channel
    if post.ephemeral or not channel.permissions(world.bot) & BITS["VIEW_CHANNEL"]:
        return None
    guild = channel.guild
    if kind == "MESSAGE_DELETE":
        data: Json = {"id": str(post.id), "channel_id": str(channel.id)}
    else:
        created = kind == "MESSAGE_CREATE"
        data = wire_messages.for_reader(world, post, reader=world.bot, created=created)
    if guild is None:
        return Event(kind, data, None, DIRECT_MESSAGES)
    data["guild_id"] = str(guild.id)
    if kind != "MESSAGE_DELETE" and post.author.id in guild.members:
        data["member"] = wire.member(world, guild.members[post.author.id], with_user=False)
    return Event(kind, data, guild.id, GUILD_MESSAGES)
