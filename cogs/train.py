"""`/train subject | style`: pictures in, a job out. Everything after the order is the worker's."""

from __future__ import annotations

from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import Answer
from bot.chat.choices import Choices, of_models
from bot.chat.orders import put_up
from bot.chat.places import Press, address_of
from bot.domain.models import LORA_NAME_LENGTH
from bot.domain.specs import LONGEST_TRAINING, TRIGGER_LENGTH, TrainingKind
from bot.services.container import Services

Name = app_commands.Range[str, 1, LORA_NAME_LENGTH]
Trigger = app_commands.Range[str, 1, TRIGGER_LENGTH]
Steps = app_commands.Range[int, 1, LONGEST_TRAINING]
File = discord.Attachment

_OPTIONS: Final = {
    "name": "What you will call it when you paint, such as mara",
    "trigger": "A rare word that calls it; left out, I make one",
    "base_model": "What it is trained on; left out, an all-round model",
    "steps": "Steps over all pictures; left out, 200 a picture and 2000 at most",
    "zip": "A zip of pictures; up to 50 pictures in all",
    **{f"picture{number}": "A picture to learn from" for number in range(1, 11)},
}


class Train(commands.Cog):
    """Ordering trainings."""

    train = app_commands.Group(name="train", description="Teach me something from your own pictures (a LoRA)")

    def __init__(self, services: Services) -> None:
        self._services = services

    @train.command(
        name="subject", description="Teach me a person, an animal or a thing from your pictures of it"
    )
    @app_commands.describe(**_OPTIONS)
    async def subject(
        self,
        interaction: Press,
        name: Name,
        trigger: Trigger | None = None,
        base_model: str | None = None,
        steps: Steps | None = None,
        picture1: File | None = None,
        picture2: File | None = None,
        picture3: File | None = None,
        picture4: File | None = None,
        picture5: File | None = None,
        picture6: File | None = None,
        picture7: File | None = None,
        picture8: File | None = None,
        picture9: File | None = None,
        picture10: File | None = None,
        zip: File | None = None,  # noqa: A002 — the option's name
    ) -> None:
        pictures = [picture1, picture2, picture3, picture4, picture5]
        pictures += [picture6, picture7, picture8, picture9, picture10]
        await self._order(interaction, TrainingKind.SUBJECT, name, trigger, base_model, steps, pictures, zip)

    @train.command(name="style", description="Teach me a way of painting from pictures in it")
    @app_commands.describe(**_OPTIONS)
    async def style(
        self,
        interaction: Press,
        name: Name,
        trigger: Trigger | None = None,
        base_model: str | None = None,
        steps: Steps | None = None,
        picture1: File | None = None,
        picture2: File | None = None,
        picture3: File | None = None,
        picture4: File | None = None,
        picture5: File | None = None,
        picture6: File | None = None,
        picture7: File | None = None,
        picture8: File | None = None,
        picture9: File | None = None,
        picture10: File | None = None,
        zip: File | None = None,  # noqa: A002 — the option's name
    ) -> None:
        pictures = [picture1, picture2, picture3, picture4, picture5]
        pictures += [picture6, picture7, picture8, picture9, picture10]
        await self._order(interaction, TrainingKind.STYLE, name, trigger, base_model, steps, pictures, zip)

    async def _order(
        self,
        interaction: Press,
        kind: TrainingKind,
        name: str,
        trigger: str | None,
        base_model: str | None,
        steps: int | None,
        pictures: list[File | None],
        archive: File | None,
    ) -> None:
        files = [file for file in (*pictures, archive) if file is not None]
        async with Answer(interaction) as answer:
            job = await self._services.training.order(
                interaction.user.id,
                address=address_of(interaction, tokens=self._services.tokens),
                kind=kind,
                name=name,
                trigger=trigger,
                base_model=base_model,
                steps=steps,
                files=[(file.filename, file.url, file.size) for file in files],
            )
            await put_up(answer, job, desk=self._services.desk)

    @subject.autocomplete("base_model")
    @style.autocomplete("base_model")
    async def _base_models(self, _: Press, typed: str) -> Choices:
        return of_models(self._services.catalogue.base_models, typed)


async def setup(client: Any) -> None:
    """Called by discord.py."""
    await client.add_cog(Train(client.services))
