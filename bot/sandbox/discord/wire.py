"""Discord's JSON of users, members, channels, servers and the application (discord-emulator §6).

`Json` is what an emulator passes around: bodies whose shape belongs to Discord, not to us. Messages are in
`wire_messages`. Nothing here decides or changes anything.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.discord.permissions import EVERYTHING
from bot.sandbox.discord.state import DM, GROUP, THREAD, Channel, Guild, Member, Role, User, World

Json = dict[str, Any]


def user(who: User) -> Json:
    """A user object; discord.py needs the first four keys, the official description the rest."""
    body: Json = {
        "id": str(who.id),
        "username": who.name,
        "discriminator": "0",
        "avatar": None,
        "global_name": None if who.bot else who.name.capitalize(),
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    if who.bot:
        body["bot"] = True
    return body


def account(world: World) -> Json:
    """The bot itself, as `/users/@me` tells it."""
    return user(world.bot) | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def application(world: World) -> Json:
    """The answer of `/oauth2/applications/@me`. Both kinds of installation are enabled."""
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}, "1": {}},
        "verify_key": world.verify_key,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(world.developer),
        "approximate_guild_count": sum(guild.bot for guild in world.guilds.values()),
        "approximate_user_install_count": sum(each.installed for each in world.users.values()),
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
    }


def member(world: World, who: Member, *, with_user: bool = True) -> Json:
    """A member object; the one inside `resolved` has no user."""
    body: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": world.instant(who.joined),
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": [str(role.id) for role in who.roles],
        "mute": False,
        "deaf": False,
    }
    if with_user:
        body["user"] = user(who.user)
    return body


def role(which: Role) -> Json:
    return {
        "id": str(which.id),
        "name": which.name,
        "permissions": str(which.permissions),
        "position": which.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel(place: Channel) -> Json:
    """A channel object as REST and the guild events carry it; a DM lists its other recipients."""
    world = place.world
    body: Json = {"id": str(place.id), "type": place.type, "flags": 0, "last_message_id": None}
    if place.posts:
        body["last_message_id"] = str(max(place.posts))
    if place.guild is None:
        body["recipients"] = [user(each) for each in place.recipients if each is not world.bot]
        if place.type == GROUP and place.owner is not None:
            body |= {"name": place.name, "icon": None, "owner_id": str(place.owner.id)}
        return body
    body |= {"guild_id": str(place.guild.id), "name": place.name, "rate_limit_per_user": 0}
    if place.type == THREAD and place.parent is not None and place.owner is not None:
        count = len(place.posts)
        return body | {
            "parent_id": str(place.parent.id),
            "owner_id": str(place.owner.id),
            "message_count": count,
            "total_message_sent": count,
            "member_count": 1,
            "thread_metadata": {
                "archived": place.archived,
                "locked": place.locked,
                "auto_archive_duration": 1440,
                "archive_timestamp": world.instant(place.archived_at),
            },
        }
    return body | {
        "parent_id": None,
        "position": place.position,
        "topic": place.topic,
        "nsfw": place.nsfw,
        "permission_overwrites": [
            {
                "id": str(each.target),
                "type": int(each.is_member),
                "allow": str(each.allow),
                "deny": str(each.deny),
            }
            for each in place.overwrites.values()
        ],
    }


def interaction_channel(place: Channel, who: User) -> Json:
    """The partial channel of an interaction. A DM's carries no usable recipients (discord-emulator §6)."""
    body = channel(place)
    body.pop("recipients", None)
    if place.guild is not None:
        body["permissions"] = str(place.permissions(who))
        body.setdefault("position", 0)
    elif place.type == DM:
        body["recipients"] = []
    return body


def guild(which: Guild) -> Json:
    """The answer of `/guilds/{id}`."""
    return {
        "id": str(which.id),
        "name": which.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(which.owner.id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role(each) for each in (which.everyone, *which.roles)],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": which.tier,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create(which: Guild) -> Json:
    """The event of a server that became available. Without the members intent only the bot is listed."""
    world = which.world
    channels = which.channels.values()
    return guild(which) | {
        "unavailable": False,
        "large": False,
        "joined_at": world.instant(which.members[world.bot.id].joined),
        "member_count": len(which.members),
        "members": [member(world, which.members[world.bot.id])],
        "channels": [channel(each) for each in channels if each.type != THREAD],
        "threads": [channel(each) for each in channels if each.type == THREAD and not each.archived],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def interaction_member(world: World, place: Channel, who: User) -> Json:
    """The member of an interaction: with their permissions in that channel, as a string."""
    assert place.guild is not None
    mine = place.permissions(who)
    permissions = mine if who is not place.guild.owner else EVERYTHING
    return member(world, place.guild.members[who.id]) | {"permissions": str(permissions)}
