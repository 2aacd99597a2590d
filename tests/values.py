"""Jobs, specs and pictures as tests want them: complete, and changed where a test says so."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from bot.domain.jobs import Address, Job, JobState, Progress, Reach, new_job_id
from bot.domain.models import Family, ProviderName
from bot.domain.specs import LoraUse, PaintingSpec, TrainingKind, TrainingSpec
from bot.services.desk import JobView
from bot.storage.pictures import Picture
from tests.clocks import NOON

ADA: Final = 200000000000000001
BEN: Final = 200000000000000002
MIB: Final = 1024 * 1024


def address(**changes: Any) -> Address:
    """A channel of a server, with a card up."""
    whole: dict[str, Any] = {
        "channel_id": 300000000000000001,
        "guild_id": 300000000000000000,
        "reach": Reach.CHANNEL,
        "attachment_limit": 10 * MIB,
        "locale": "en-US",
        "card_id": 400000000000000001,
    }
    return Address(**{**whole, **changes})


def training_spec(**changes: Any) -> TrainingSpec:
    """A subject called mara on SD 1.5."""
    whole: dict[str, Any] = {
        "kind": TrainingKind.SUBJECT,
        "name": "mara",
        "trigger": "mara_ezl",
        "base_model": "dreamshaper_8_93211",
        "family": Family.SD15,
        "seed": 7,
    }
    return TrainingSpec(**{**whole, **changes})


def painting_spec(**changes: Any) -> PaintingSpec:
    """One small picture."""
    whole: dict[str, Any] = {
        "asked": "a cat by the sea",
        "prompt": "a cat by the sea",
        "checkpoint": "dreamshaper_8_93211.safetensors",
        "family": Family.SD15,
        "width": 256,
        "height": 256,
        "count": 1,
        "seed": 7,
        "steps": 20,
        "guidance": 7,
    }
    return PaintingSpec(**{**whole, **changes})


def lora_use(number: int = 1, **changes: Any) -> LoraUse:
    """A LoRA in a painting."""
    whole: dict[str, Any] = {
        "lora_id": number,
        "name": f"lora{number}",
        "trigger": f"lora{number}_ezl",
        "model_name": f"model_{number}",
        "weight": 0.8,
    }
    return LoraUse(**{**whole, **changes})


def job(spec: TrainingSpec | PaintingSpec | None = None, **changes: Any) -> Job:
    """A painting that is queued, unless told otherwise. Paid states get the task that they stand for."""
    state = JobState(changes.pop("state", JobState.QUEUED))
    whole = Job(
        id=new_job_id(),
        owner_id=ADA,
        provider=ProviderName.NOVITA,
        spec=spec or painting_spec(),
        state=state,
        address=address(),
        created_at=NOON,
        state_since=NOON,
        due_at=NOON,
    )
    if state in (JobState.RUNNING, JobState.FETCHING, JobState.DELIVERING, JobState.DONE):
        whole = dataclasses.replace(whole, task_id="task-1")
    if state.paid:
        whole = dataclasses.replace(whole, submitted_at=NOON)
    if state.over:
        whole = dataclasses.replace(whole, finished_at=NOON)
    return dataclasses.replace(whole, **changes)


def running(spec: TrainingSpec | PaintingSpec | None = None, **changes: Any) -> Job:
    """A job that the provider works on."""
    return job(spec, **{"state": JobState.RUNNING, "progress": Progress(note="working"), **changes})


def picture(number: int = 1, **changes: Any) -> Picture:
    """A picture that was taken."""
    whole: dict[str, Any] = {
        "id": number,
        "label": f"cat{number}.png",
        "path": f"trainings/x/{number:02d}.png",
        "extension": "png",
        "verdict": None,
        "asset": None,
    }
    return Picture(**{**whole, **changes})


def view(of: Job, **parts: Any) -> JobView:
    """The job as a card sees it."""
    return JobView(of, **parts)
