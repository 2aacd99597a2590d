"""`/key set | show | remove`: a person's own API keys. A key comes through a form, never as a command's option."""

from __future__ import annotations

from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import Answer
from bot.chat.cards import note
from bot.chat.client import Easel
from bot.chat.places import Press
from bot.chat.sentences import explain
from bot.chat.verbs import Submitted, form_id
from bot.domain.errors import NoKey
from bot.domain.models import ProviderName
from bot.services.container import Services
from bot.services.vault import KeyShown

_KIND: Final = "key"
_FIELD: Final = "key"
_CHOICES: Final = [app_commands.Choice(name=name.label, value=name.value) for name in ProviderName]
_GREEN: Final = discord.Colour(0x3BA55D)

_WHO_READS = (
    "Your key is checked once, stored encrypted, and never shown again. The bot uses it only for what you ask for. "
    "Whoever runs this bot holds the encryption key and could read it, so use one that you can revoke."
)


class KeyForm(discord.ui.Modal):
    """Asks for the key. Nothing in memory waits for it: its custom id says what it is."""

    def __init__(self, provider: ProviderName) -> None:
        super().__init__(
            title=f"Your {provider.label} API key", timeout=None, custom_id=form_id(_KIND, provider)
        )
        self.add_item(discord.ui.TextDisplay(_WHO_READS))
        self.add_item(
            discord.ui.Label(
                text="API key",
                description=f"From your account's key page at {provider.label}",
                component=discord.ui.TextInput(
                    custom_id=_FIELD, min_length=8, max_length=512, placeholder="sk_…"
                ),
            )
        )
        self.stop()


class Keys(commands.Cog):
    """Setting, showing and removing keys."""

    key = app_commands.Group(
        name="key", description="The API key of your own account, which pays for what you make"
    )

    def __init__(self, client: Easel, services: Services) -> None:
        self._vault = services.vault
        self._desk = services.desk
        client.on_form(_KIND, self._submitted)

    @key.command(name="set", description="Give me your API key: I check it and keep it encrypted")
    @app_commands.describe(provider="The service that the key is for")
    @app_commands.choices(provider=_CHOICES)
    async def set_(self, interaction: Press, provider: str = ProviderName.NOVITA.value) -> None:
        await interaction.response.send_modal(KeyForm(ProviderName(provider)))

    @key.command(name="show", description="Which keys I have from you, by fingerprint, with their balance")
    async def show(self, interaction: Press) -> None:
        async with Answer(interaction, private=True) as answer:
            keys = await self._vault.show(interaction.user.id)
            if not keys:
                raise NoKey(provider=ProviderName.NOVITA)
            await answer.show(note("\n\n".join(_shown(key) for key in keys)))

    @key.command(name="remove", description="Make me forget your API key")
    @app_commands.describe(provider="The service that the key is for")
    @app_commands.choices(provider=_CHOICES)
    async def remove(self, interaction: Press, provider: str = ProviderName.NOVITA.value) -> None:
        async with Answer(interaction, private=True) as answer:
            name = ProviderName(provider)
            if not await self._vault.remove(interaction.user.id, name):
                await answer.show(
                    note(f"I have no {name.label} key of yours, so there was nothing to forget.")
                )
                return
            running = await self._desk.at_provider(interaction.user.id)
            text = f"I have forgotten your {name.label} key. Revoke it at {name.label} too if it should stop working."
            if running:
                jobs = "One job that is" if running == 1 else f"{running} jobs that are"
                text += (
                    f"\n{jobs} under way at {name.label} cannot be watched without a key: set one again "
                    "with **/key set** and I go on from there."
                )
            await answer.show(note(text))

    async def _submitted(self, interaction: Press, form: Submitted) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        async with Answer(interaction, private=True) as answer:
            provider = ProviderName(form.argument)
            key = await self._vault.store(interaction.user.id, provider, form.texts.get(_FIELD, ""))
            await self._desk.nudge(interaction.user.id)
            text = (
                f"Your {provider.label} key works and is stored encrypted.\n{_shown(key)}\n\n"
                "**/train subject** teaches me a person or a thing, **/imagine** paints."
            )
            await answer.show(note(text, colour=_GREEN))


def _shown(key: KeyShown) -> str:
    used = "" if key.used_at is None else f" · last used {discord.utils.format_dt(key.used_at, 'R')}"
    lines = [
        f"**{key.provider.label}** · fingerprint `{key.fingerprint}`",
        f"-# stored {discord.utils.format_dt(key.added_at, 'R')}{used}",
    ]
    if key.balance is not None:
        lines.insert(1, f"Balance: **${key.balance:,.2f}**")
    if key.problem is not None:
        lines.insert(1, explain(key.problem))
    return "\n".join(lines)


async def setup(client: Any) -> None:
    """Called by discord.py."""
    services: Services = client.services
    await client.add_cog(Keys(client, services))
