"""Where an interaction came from, as the address that a job's answers go to."""

from __future__ import annotations

from typing import Any

import discord

from bot.domain.jobs import Address, Reach
from bot.services.tokens import Tokens

Press = discord.Interaction[Any]
"""Any interaction: a command, a button, a modal."""


def reach_of(interaction: Press) -> Reach:
    """Whether the bot itself may be able to write here, or only the interaction can (discord-platform §6)."""
    context = interaction.context
    if interaction.guild_id is not None:
        owners = interaction._integration_owners  # the library's public faces ask only yes-or-no questions
        return Reach.CHANNEL if not owners or interaction.is_guild_integration() else Reach.TOKEN
    if context.private_channel and not context.dm_channel:
        return Reach.TOKEN
    return Reach.CHANNEL


def address_of(interaction: Press, *, tokens: Tokens) -> Address:
    """The address of whoever is asking, with the interaction's token for as long as it lives."""
    channel_id = interaction.channel_id or 0
    return Address(
        channel_id=channel_id,
        guild_id=interaction.guild_id,
        reach=reach_of(interaction),
        attachment_limit=interaction.filesize_limit,
        locale=interaction.locale.value,
        interaction_id=interaction.id,
        interaction=tokens.seal(interaction.token, channel_id=channel_id),
        interaction_until=interaction.expires_at,
    )


def age_restricted(interaction: Press) -> bool:
    """Whether the channel is for adults only. A private message is not known to be."""
    channel = interaction.channel
    parent = getattr(channel, "parent", None)
    return bool(getattr(channel, "nsfw", False) or getattr(parent, "nsfw", False))
