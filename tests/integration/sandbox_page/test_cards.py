"""Every state, notice and refusal of Easel has its card in the gallery; a new one without a picture fails here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import discord
import pytest
from discord import app_commands

from bot.chat.sentences import explain
from bot.chat.verbs import Verb, pressed
from bot.domain.jobs import JobState
from bot.pictures.verdicts import VERDICTS
from bot.sandbox.discord import DiscordServer
from bot.sandbox.page.gallery import Gallery
from bot.sandbox.page.gallery.answers import REFUSALS
from bot.sandbox.page.gallery.jobs import LEFT_OUT, REMARKED, Jobs, paintings, trainings
from bot.sandbox.page.gallery.stage import Stage
from bot.services.messenger import Notice
from cogs import EXTENSIONS
from tests.layouts import ids, texts
from tests.refusals import every_kind

Json = dict[str, Any]

NEVER_TRAINING: Final = {JobState.FETCHING: "a training has no result to fetch"}
NEVER_PAINTING: Final = {
    JobState.GATHERING: "a painting begins queued",
    JobState.UPLOADING: "a painting uploads nothing",
}
NOTES: Final = {"waiting", "working", "deploying", "limited", "down", "key", "looking", "unlisted"}
"""What `Progress.note` may be."""


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with DiscordServer() as server:
        yield Stage(server.world)


@pytest.fixture
async def sections() -> AsyncIterator[dict[str, Json]]:
    async with DiscordServer() as server:
        told = await Gallery(server.world).told()
        yield {section["id"]: section for section in told["sections"] if section["group"] == "Easel"}


def messages(*sections: Json) -> list[Json]:
    return [piece["message"] for section in sections for piece in section["messages"]]


def said(*sections: Json) -> str:
    return "\n".join(text for message in messages(*sections) for text in texts(message["components"]))


async def test_a_training_hangs_in_every_state_it_can_be_in(stage: Stage) -> None:
    states = {view.job.state for _, view in trainings(Jobs(stage, stage.clock.now()))}
    assert states == set(JobState) - NEVER_TRAINING.keys()


async def test_a_painting_hangs_in_every_state_it_can_be_in(stage: Stage) -> None:
    states = {view.job.state for _, view in paintings(Jobs(stage, stage.clock.now()))}
    assert states == set(JobState) - NEVER_PAINTING.keys()


async def test_every_caption_begins_with_its_state(stage: Stage) -> None:
    jobs = Jobs(stage, stage.clock.now())
    for caption, view in (*trainings(jobs), *paintings(jobs)):
        assert caption.startswith(view.job.state.value.replace("_", " "))


async def test_every_kind_of_progress_hangs_in_it(stage: Stage) -> None:
    jobs = Jobs(stage, stage.clock.now())
    notes = {view.job.progress.note for _, view in (*trainings(jobs), *paintings(jobs))}
    assert notes >= NOTES


async def test_every_notice_hangs_in_it(sections: dict[str, Json]) -> None:
    captions = [piece["caption"] for piece in sections["notices"]["messages"]]
    for notice in Notice:
        assert any(caption.startswith(f"{notice}:") for caption in captions)


async def test_every_kind_of_refusal_hangs_in_it_in_its_own_sentence(sections: dict[str, Json]) -> None:
    kinds = [type(refusal) for refusal in REFUSALS]
    assert sorted(kinds, key=str) == sorted(every_kind(), key=str)
    shown = said(sections["refusals"])
    told_by_report = [refusal for refusal in REFUSALS if explain(refusal) not in shown]
    assert told_by_report == []


async def test_every_verdict_on_a_picture_hangs_in_it() -> None:
    assert {type(verdict) for verdict in LEFT_OUT + REMARKED} == set(VERDICTS)


async def test_every_verb_has_its_button_in_it(sections: dict[str, Json]) -> None:
    presses = [pressed(one) for message in messages(*sections.values()) for one in ids(message["components"])]
    assert {press.verb for press in presses if press is not None} == set(Verb)
    assert None not in presses


async def test_every_command_has_an_answer_in_it(sections: dict[str, Json]) -> None:
    commands: set[str] = set()
    for cog in _cogs():
        for command in cog.__cog_app_commands__:
            within = command.walk_commands() if isinstance(command, app_commands.Group) else [command]
            commands |= {f"/{each.qualified_name}" for each in within}
    answered = {
        message["page"]["asked"]["name"]
        for message in messages(*sections.values())
        if message["page"]["asked"]
    }
    assert len(commands) == 11
    assert answered == commands


async def test_every_form_of_easel_hangs_in_it(sections: dict[str, Json]) -> None:
    hung = [form["modal"]["custom_id"] for section in sections.values() for form in section["forms"]]
    own = [each for each in discord.ui.Modal.__subclasses__() if each.__module__ in EXTENSIONS]
    assert len(own) == len(hung)
    assert all(custom_id.startswith("form:") for custom_id in hung)


async def test_no_two_jobs_of_it_are_the_same(stage: Stage) -> None:
    jobs = Jobs(stage, stage.clock.now())
    known = [view.job.id for _, view in (*trainings(jobs), *paintings(jobs))]
    assert len(set(known)) == len(known)


def _cogs() -> list[Any]:
    modules = [__import__(name, fromlist=["cogs"]) for name in EXTENSIONS]
    return [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, discord.ext.commands.Cog)
        and each.__module__ == module.__name__
    ]
