"""`/status`, and the buttons of a job wherever they stand: Cancel, Stop watching, Check again, Order again, Show."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import Answer
from bot.chat.cards import is_status_card, job_card, result_card, status_card, stop_card
from bot.chat.choices import MOST, Choices
from bot.chat.client import Easel
from bot.chat.messenger import attachments
from bot.chat.orders import own
from bot.chat.places import Press, address_of
from bot.chat.verbs import Verb
from bot.domain.jobs import Job
from bot.domain.specs import TrainingSpec
from bot.services.container import Services
from bot.services.desk import JobView


class Status(commands.Cog):
    """Watching and steering one's jobs."""

    def __init__(self, client: Easel, services: Services) -> None:
        self._services = services
        client.on_press(Verb.CANCEL, self._cancel)
        client.on_press(Verb.STOP, self._stop)
        client.on_press(Verb.CHECK, self._check)
        client.on_press(Verb.ORDER, self._order)
        client.on_press(Verb.SHOW, self._show)

    @app_commands.command(
        name="status", description="Your jobs: what is under way, and how the last ones ended"
    )
    @app_commands.describe(job="One job only")
    async def status(self, interaction: Press, job: str | None = None) -> None:
        async with Answer(interaction, private=True) as answer:
            if job is None:
                await answer.show(status_card(await self._services.desk.overview(interaction.user.id)))
            else:
                await answer.show(
                    job_card(await self._services.desk.view(interaction.user.id, job.strip().lower()))
                )

    @status.autocomplete("job")
    async def _jobs(self, interaction: Press, typed: str) -> Choices:
        wanted = typed.strip().casefold()
        jobs = await self._services.desk.recent(interaction.user.id)
        labels = [(f"{_label(job)} · {job.state.value.replace('_', ' ')}", job.id) for job in jobs]
        return [
            app_commands.Choice(name=label[:100], value=job_id)
            for label, job_id in labels
            if wanted in label.casefold() or job_id.startswith(wanted)
        ][:MOST]

    async def _cancel(self, interaction: Press, job_id: str) -> None:
        async with Answer(interaction, private=True) as answer:
            cancelled = await own(self._services.desk.cancel(interaction.user.id, job_id))
            if cancelled.stopped:
                await self._redrawn(interaction, answer, cancelled.view)
            else:
                await answer.show(stop_card(cancelled.view.job))

    async def _stop(self, interaction: Press, job_id: str) -> None:
        async with Answer(interaction, private=True) as answer:
            view = await own(self._services.desk.stop_watching(interaction.user.id, job_id))
            await self._redrawn(interaction, answer, view)

    async def _check(self, interaction: Press, job_id: str) -> None:
        async with Answer(interaction, private=True) as answer:
            view = await own(self._services.desk.check_again(interaction.user.id, job_id))
            await self._redrawn(interaction, answer, view)

    async def _order(self, interaction: Press, job_id: str) -> None:
        async with Answer(interaction, private=True) as answer:
            view = await own(self._services.desk.order_again(interaction.user.id, job_id))
            await self._redrawn(interaction, answer, view)

    async def _show(self, interaction: Press, job_id: str) -> None:
        """The result once more, here, for the person's eyes."""
        async with Answer(interaction, private=True) as answer:
            shown = await own(
                self._services.desk.show_again(interaction.user.id, job_id, limit=interaction.filesize_limit)
            )
            named = attachments(shown.view.job, shown.files)
            files = [discord.File(path, filename=name) for name, path in named.items()]
            await answer.show(result_card(shown.view, list(named)), files=files)
            await self._services.desk.was_shown(shown.view)

    async def _redrawn(self, interaction: Press, answer: Answer, view: JobView) -> None:
        """What was pressed, as it is now: the job's card, or the list of jobs that the button stood in."""
        message = interaction.message
        if message is not None and is_status_card(message):
            await answer.replace(status_card(await self._services.desk.overview(interaction.user.id)))
            return
        changed = await answer.replace(job_card(view))
        if changed and message is not None and message.id == view.job.address.card_id:
            self._services.desk.redrawn(view.job.id)
            await self._services.desk.reached(
                view.job, by=address_of(interaction, tokens=self._services.tokens)
            )


def _label(job: Job) -> str:
    return f"{job.spec.name} (training)" if isinstance(job.spec, TrainingSpec) else job.spec.asked[:60]


async def setup(client: Any) -> None:
    """Called by discord.py."""
    await client.add_cog(Status(client, client.services))
