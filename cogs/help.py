"""`/help`: what can be done here, by task."""

from __future__ import annotations

from typing import Any, Final

from discord import app_commands
from discord.ext import commands

from bot.chat.answers import Answer
from bot.chat.cards import note
from bot.chat.places import Press

_HELP: Final = (
    "### What I can do\n"
    "I learn from your own pictures and paint with what I learnt, on your own account.\n\n"
    "**1.** **/key set** — give me your API key; a form asks for it, nobody else sees it\n"
    "**2.** **/train subject** — 4 to 50 pictures of a person, an animal or a thing (10 or more are best), or "
    "**/train style** — pictures in one way of painting\n"
    "**3.** **/imagine** — say what to paint, and pick your LoRA under `lora`\n\n"
    "**/status** — your jobs, with **Cancel** and **Check again**; nothing is lost when I am restarted\n"
    "**/loras** — list, rename, forget what you have trained\n"
    "**/key show** · **/key remove** — your key's fingerprint and balance · make me forget it"
)


class Help(commands.Cog):
    """One page."""

    @app_commands.command(name="help", description="What I can do, and where to begin")
    async def help(self, interaction: Press) -> None:
        async with Answer(interaction, private=True) as answer:
            await answer.show(note(_HELP))


async def setup(client: Any) -> None:
    """Called by discord.py."""
    await client.add_cog(Help())
