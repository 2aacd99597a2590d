"""The INTERACTION_CREATE of every kind (discord-emulator §6 "INTERACTION_CREATE")."""

from __future__ import annotations

from bot.sandbox.discord import permissions, wire, wire_messages
from bot.sandbox.discord.interactions import Interaction
from bot.sandbox.discord.kinds import Asked, Context
from bot.sandbox.discord.state import DM, Channel, Guild, Role, Upload, User, World
from bot.sandbox.discord.wire import Json


def context(world: World, channel: Channel) -> int:
    """Where a channel is: a server, the DM with the bot, or somebody else's conversation."""
    if channel.guild is not None:
        return Context.GUILD
    return Context.BOT_DM if channel.type == DM and world.bot in channel.recipients else Context.PRIVATE


def owners(world: World, channel: Channel, who: User, types: list[int]) -> dict[str, str]:
    """`authorizing_integration_owners` for a command of these integration types; empty: not offered here."""
    found: dict[str, str] = {}
    if 0 in types:
        if channel.guild is not None and channel.guild.bot:
            found["0"] = str(channel.guild.id)
        elif context(world, channel) == Context.BOT_DM and world.shares_guild(who):
            found["0"] = "0"
    if 1 in types and who.installed:
        found["1"] = str(who.id)
    return found


def app_permissions(world: World, interaction: Interaction) -> int:
    """What the app may do in this place at this moment."""
    channel = interaction.channel
    match interaction.context:
        case Context.GUILD if channel.guild is not None and channel.guild.bot:
            return channel.permissions(world.bot)
        case Context.GUILD:
            shown = permissions.ELSEWHERE | permissions.bits("USE_EXTERNAL_EMOJIS")
            return channel.permissions(interaction.user) & shown
        case Context.BOT_DM:
            return permissions.ELSEWHERE | permissions.bits("USE_EXTERNAL_EMOJIS", "ADD_REACTIONS")
        case _:
            return permissions.ELSEWHERE


def interaction_create(world: World, interaction: Interaction, data: Json) -> Json:
    """The event: `data` is the part that differs between the kinds."""
    channel, who = interaction.channel, interaction.user
    body: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": interaction.kind,
        "token": interaction.token,
        "version": 1,
        "data": data,
        "channel_id": str(channel.id),
        "channel": wire.interaction_channel(channel, who),
        "app_permissions": str(app_permissions(world, interaction)),
        "locale": who.locale,
        "context": interaction.context,
        "authorizing_integration_owners": dict(interaction.owners),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": world.file_limit(who, channel.guild),
    }
    if channel.guild is None:
        body["user"] = wire.user(who)
    else:
        body["guild_id"] = str(channel.guild.id)
        body["guild"] = {"id": str(channel.guild.id), "locale": "en-US", "features": []}
        body["guild_locale"] = "en-US"
        body["member"] = wire.interaction_member(world, channel, who)
    if interaction.kind in (Asked.COMPONENT, Asked.MODAL) and interaction.post is not None:
        body["message"] = wire_messages.message(world, interaction.post)
    return body


def resolved(
    world: World,
    guild: Guild | None,
    *,
    uploads: list[Upload] | None = None,
    users: list[User] | None = None,
    channels: list[Channel] | None = None,
    roles: list[Role] | None = None,
    reader: User | None = None,
) -> Json:
    """The `resolved` object: what ids among the values stand for. Members come without their user."""
    body: Json = {}
    if uploads:
        body["attachments"] = {str(each.id): wire_messages.attachment(world, each) for each in uploads}
    if users:
        body["users"] = {str(each.id): wire.user(each) for each in users}
        if guild is not None:
            members = [guild.members[each.id] for each in users if each.id in guild.members]
            if members:
                body["members"] = {
                    str(each.user.id): wire.member(world, each, with_user=False)
                    | {"permissions": str(guild.everyone.permissions)}
                    for each in members
                }
    if channels and reader is not None:
        body["channels"] = {str(each.id): wire.interaction_channel(each, reader) for each in channels}
    if roles:
        body["roles"] = {str(each.id): wire.role(each) for each in roles}
    return body
