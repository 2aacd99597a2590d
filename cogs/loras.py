"""`/loras list | rename | forget`: what a person owns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import Answer
from bot.chat.cards import note
from bot.chat.choices import Choices, of_texts
from bot.chat.places import Press
from bot.chat.sentences import code, shown
from bot.domain.models import LORA_NAME_LENGTH, Lora, name_key
from bot.services.container import Services

NewName = app_commands.Range[str, 1, LORA_NAME_LENGTH]
_SHOWN: Final = 20


class Loras(commands.Cog):
    """A person's LoRAs."""

    loras = app_commands.Group(name="loras", description="The LoRAs that you have trained here")

    def __init__(self, services: Services) -> None:
        self._services = services

    @loras.command(name="list", description="Your LoRAs, newest first")
    @app_commands.describe(search="Only those whose name holds this")
    async def list_(self, interaction: Press, search: str | None = None) -> None:
        async with Answer(interaction, private=True) as answer:
            wanted = name_key(search or "")
            owned = await self._services.library.of(interaction.user.id)
            await answer.show(
                note(_listed([lora for lora in owned if wanted in name_key(lora.name)], search))
            )

    @loras.command(name="rename", description="Give a LoRA another name")
    @app_commands.describe(name="Which one", to="Its new name")
    async def rename(self, interaction: Press, name: str, to: NewName) -> None:
        async with Answer(interaction, private=True) as answer:
            lora = await self._services.library.rename(interaction.user.id, name, to=to)
            text = f"{code(lora.name)} is now called {code(to)}. Its trigger word stays {code(lora.trigger)}."
            await answer.show(note(text))

    @loras.command(name="forget", description="Remove a LoRA from your list; the provider keeps its model")
    @app_commands.describe(name="Which one")
    async def forget(self, interaction: Press, name: str) -> None:
        async with Answer(interaction, private=True) as answer:
            lora = await self._services.library.forget(interaction.user.id, name)
            text = (
                f"I have forgotten {code(lora.name)}. {lora.provider.label} offers no way to delete a trained model, "
                "so it stays in your account there."
            )
            await answer.show(note(text))

    @rename.autocomplete("name")
    @forget.autocomplete("name")
    async def _names(self, interaction: Press, typed: str) -> Choices:
        owned = await self._services.library.of(interaction.user.id)
        return of_texts([lora.name for lora in owned if name_key(typed) in name_key(lora.name)])


def _listed(loras: Sequence[Lora], search: str | None) -> str:
    if not loras and search:
        return f"None of your LoRAs has “{shown(search, most=40)}” in its name. **/loras list** shows all of them."
    if not loras:
        return (
            "You have no LoRAs yet. **/train subject** teaches me a person or a thing, **/train style** a way of "
            "painting."
        )
    lines = [_line(lora) for lora in loras[:_SHOWN]]
    if len(loras) > _SHOWN:
        lines.append(f"-# and {len(loras) - _SHOWN} more; **/loras list** `search:` finds them")
    return "\n".join(["### Your LoRAs", *lines])


def _line(lora: Lora) -> str:
    when = discord.utils.format_dt(lora.created_at, "R")
    state = "" if lora.ready else " · **in training**"
    return f"- **{shown(lora.name)}** · trigger {code(lora.trigger)} · {lora.family.label} · {when}{state}"


async def setup(client: Any) -> None:
    """Called by discord.py."""
    await client.add_cog(Loras(client.services))
