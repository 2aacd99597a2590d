"""`/imagine`: a prompt in, a job out; and **Again** under what it painted."""

from __future__ import annotations

from typing import Any

from discord import app_commands
from discord.ext import commands

from bot.chat.answers import Answer
from bot.chat.choices import MOST, Choices, of_models, of_texts
from bot.chat.client import Easel
from bot.chat.orders import own, put_up
from bot.chat.places import Press, address_of, age_restricted
from bot.chat.verbs import Verb
from bot.domain.errors import Refusal
from bot.domain.models import Family
from bot.domain.specs import LARGEST_SEED, MOST_IMAGES, PROMPT_LIMIT, SHAPES, size_of
from bot.services.container import Services

Words = app_commands.Range[str, 1, PROMPT_LIMIT]
Count = app_commands.Range[int, 1, MOST_IMAGES]
Seed = app_commands.Range[int, 0, LARGEST_SEED]
Steps = app_commands.Range[int, 1, 100]
Guidance = app_commands.Range[float, 1, 30]


class Imagine(commands.Cog):
    """Ordering paintings."""

    def __init__(self, client: Easel, services: Services) -> None:
        self._services = services
        client.on_press(Verb.AGAIN, self._again)

    @app_commands.command(
        name="imagine", description="Paint a picture from words, with the LoRAs you trained"
    )
    @app_commands.describe(
        prompt="What to paint; the trigger words of your LoRAs are added by themselves",
        lora="Your LoRAs: mara, or mara:0.8 for its weight; several with commas",
        model="What to paint with; left out, one that fits the LoRA",
        negative="What the picture should not show",
        shape="square, portrait, landscape, wide, or a size such as 640x768",
        count="How many pictures",
        seed="The same seed and settings paint the same picture",
        steps="More take longer; left out, 25 or 30",
        guidance="How closely to follow the prompt; left out, 6 or 7",
    )
    async def imagine(
        self,
        interaction: Press,
        prompt: Words,
        lora: str | None = None,
        model: str | None = None,
        negative: Words | None = None,
        shape: str | None = None,
        count: Count | None = None,
        seed: Seed | None = None,
        steps: Steps | None = None,
        guidance: Guidance | None = None,
    ) -> None:
        async with Answer(interaction) as answer:
            job = await self._services.painting.order(
                interaction.user.id,
                address=address_of(interaction, tokens=self._services.tokens),
                prompt=prompt,
                lora=lora,
                model=model,
                negative=negative,
                shape=shape,
                count=count,
                seed=seed,
                steps=steps,
                guidance=guidance,
                nsfw_check=not age_restricted(interaction),
            )
            await put_up(answer, job, desk=self._services.desk)

    async def _again(self, interaction: Press, job_id: str) -> None:
        """The same painting with another seed, for whoever painted it first."""
        async with Answer(interaction) as answer:
            again = self._services.painting.again(
                interaction.user.id,
                job_id,
                address=address_of(interaction, tokens=self._services.tokens),
                nsfw_check=not age_restricted(interaction),
            )
            await put_up(answer, await own(again), desk=self._services.desk)

    @imagine.autocomplete("lora")
    async def _loras(self, interaction: Press, typed: str) -> Choices:
        return of_texts(await self._services.library.complete(interaction.user.id, typed, most=MOST))

    @imagine.autocomplete("model")
    async def _models(self, interaction: Press, typed: str) -> Choices:
        """Checkpoints of the family of the LoRAs that stand in the command already."""
        named = getattr(interaction.namespace, "lora", None)
        family = None
        try:
            picked = await self._services.library.pick(interaction.user.id, named)
            family = picked.loras[0].family if picked.loras else None
        except Refusal:
            family = None  # half-typed: offer everything, the order checks again
        return of_models(self._services.catalogue.checkpoints(family), typed)

    @imagine.autocomplete("shape")
    async def _shapes(self, _: Press, typed: str) -> Choices:
        """The named shapes; once something else is typed, that, if it can be painted."""
        wanted = typed.strip().lower()
        named = [name for name in next(iter(SHAPES.values())) if name.startswith(wanted)]
        try:
            return of_texts(named or ["{}x{}".format(*size_of(wanted, Family.SD15))])
        except Refusal:
            return []


async def setup(client: Any) -> None:
    """Called by discord.py."""
    await client.add_cog(Imagine(client, client.services))
