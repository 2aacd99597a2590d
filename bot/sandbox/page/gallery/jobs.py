"""Jobs as they are on their way, for the gallery's cards: made of the domain's own values, in every state there is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.domain.errors import (
    OutcomeUnknown,
    ProviderDown,
    Refusal,
    ResultWithheld,
    TaskFailed,
    TooFewPictures,
)
from bot.domain.jobs import Address, Job, JobState, Progress, Reach
from bot.domain.models import Family, Lora, ProviderName
from bot.domain.specs import LoraUse, PaintingSpec, TrainingKind, TrainingSpec
from bot.pictures import verdicts
from bot.sandbox.page.gallery.stage import Stage
from bot.services.desk import JobView, PaintedFile
from bot.storage.pictures import Picture

Shown = tuple[str, JobView]
"""A caption that begins with the state's word, and what the card shows."""

NOVITA: Final = ProviderName.NOVITA
_CHECKPOINT: Final = "dreamshaper_8_93211.safetensors"
_KEPT: Final = Path("kept")
_MIB: Final = 1 << 20

LEFT_OUT: Final = (
    verdicts.NotAPicture("pdf"),
    verdicts.NotAPicture(None),
    verdicts.Broken(),
    verdicts.TooManyPixels(20_000, 20_000, 100_000_000),
    verdicts.TooSmall(64, 64, 256),
    verdicts.TooHeavy(40 * _MIB, 25 * _MIB),
    verdicts.TooManyFrames(1000, 100),
    verdicts.DuplicateOf("cat1.png"),
    verdicts.NestedArchive(),
    verdicts.UnsafePath(),
    verdicts.NotAFile(),
    verdicts.Encrypted(),
    verdicts.UnknownCompression(14),
    verdicts.TooManyMembers(50),
    verdicts.ArchiveTooHeavy(500 * _MIB),
    verdicts.CompressedTooWell(100),
    verdicts.NotAnArchive("rar"),
    verdicts.DirectoryTooLong(9 * _MIB, 2 * _MIB),
)
"""Why a picture is not taken."""

REMARKED: Final = (verdicts.Blurry(), verdicts.NearDuplicateOf("cat2.png"))
"""What may be odd about one that is."""


@dataclass(slots=True)
class Jobs:
    """Ada's jobs; each has an id of its own."""

    stage: Stage
    now: datetime
    _count: int = field(default=0)

    def training(self, state: JobState, **changes: Any) -> Job:
        """A subject called mara."""
        spec = TrainingSpec(
            kind=TrainingKind.SUBJECT,
            name="mara",
            trigger="mara_ezl",
            base_model="dreamshaper_8_93211",
            family=Family.SD15,
            seed=7,
        )
        return self._job(spec, state, changes)

    def style(self, state: JobState) -> Job:
        """A way of painting called ink, for the larger models."""
        spec = TrainingSpec(
            kind=TrainingKind.STYLE,
            name="ink & wash",
            trigger="ink_ezl",
            base_model="stable-diffusion-xl-base-1.0",
            family=Family.SDXL,
            seed=8,
        )
        return self._job(spec, state, {})

    def painting(self, state: JobState, **changes: Any) -> Job:
        """A cat by the sea, with a LoRA."""
        return self._job(self.painted(), state, changes)

    def painted(self, **changes: Any) -> PaintingSpec:
        """What a painting was ordered with."""
        whole: dict[str, Any] = {
            "asked": "mara by the sea at dawn, a lighthouse in the fog",
            "prompt": "mara_ezl, mara by the sea at dawn, a lighthouse in the fog",
            "checkpoint": _CHECKPOINT,
            "family": Family.SD15,
            "width": 512,
            "height": 512,
            "count": 1,
            "seed": 4_112_007,
            "steps": 25,
            "guidance": 7,
            "loras": (use("mara", weight=0.8),),
        }
        return PaintingSpec(**{**whole, **changes})

    def lora(self, name: str = "mara", *, ready: bool = True, ago: timedelta = timedelta(days=2)) -> Lora:
        """A LoRA of Ada's."""
        return Lora(
            id=1,
            owner_id=self.stage.ada.id,
            provider=NOVITA,
            name=name,
            trigger=f"{name}_ezl",
            family=Family.SD15,
            base_model="dreamshaper_8_93211",
            model_name=f"{name}_model" if ready else None,
            job_id="cards00000",
            created_at=self.now - ago,
        )

    def _job(self, spec: TrainingSpec | PaintingSpec, state: JobState, changes: dict[str, Any]) -> Job:
        self._count += 1
        begun = self.now - timedelta(seconds=40)
        address = Address(
            channel_id=self.stage.room.id,
            guild_id=self.stage.atelier.id,
            reach=Reach.CHANNEL,
            attachment_limit=10 * _MIB,
            locale="en-US",
            card_id=1,
        )
        job = Job(
            id=f"cards{self._count:05d}",
            owner_id=self.stage.ada.id,
            provider=NOVITA,
            spec=spec,
            state=state,
            address=address,
            created_at=begun,
            state_since=self.now,
            due_at=self.now,
            submitted_at=begun if state.paid and state is not JobState.FAILED else None,
            finished_at=self.now if state.over else None,
        )
        return dataclasses.replace(job, **changes)


def use(name: str, *, weight: float) -> LoraUse:
    """A LoRA in a painting."""
    return LoraUse(lora_id=1, name=name, trigger=f"{name}_ezl", model_name=f"{name}_model", weight=weight)


def taken(count: int, *, kept: bool = True) -> tuple[Picture, ...]:
    """Pictures that a training learns from; not `kept`: no longer there to order it with again."""
    return tuple(
        Picture(n, f"cat{n}.png", f"{n}.png" if kept else None, "png", None, None)
        for n in range(1, count + 1)
    )


def judged(*found: verdicts.Verdict) -> tuple[Picture, ...]:
    """A picture for each verdict: left out, or taken with a remark."""
    return tuple(
        Picture(
            n,
            f"photo{n}.png",
            f"{n}.png" if verdict in REMARKED else None,
            "png" if verdict in REMARKED else None,
            dict(verdict.to_dict()),
            None,
        )
        for n, verdict in enumerate(found, start=100)
    )


def painted_files(count: int, *, withheld: int = 0) -> tuple[PaintedFile, ...]:
    """The pictures of a painting, the last `withheld` of them flagged and not shown."""
    return tuple(
        PaintedFile(n, None if n >= count - withheld else _KEPT, flagged=n >= count - withheld)
        for n in range(count)
    )


def trainings(jobs: Jobs) -> list[Shown]:
    """A training in every state that one can be in."""

    def view(caption: str, state: JobState, *pictures: Picture, **changes: Any) -> Shown:
        return caption, JobView(jobs.training(state, **changes), pictures=pictures)

    soon = jobs.now + timedelta(minutes=4)
    few, many = judged(*LEFT_OUT[:2]), taken(12)
    working = Progress(note="working", percent=62, ready_at=soon)
    fewer = TooFewPictures(usable=3, minimum=4)
    failed = TaskFailed(provider=NOVITA, reason="loss is not a number")
    return [
        view("gathering", JobState.GATHERING, progress=Progress(done=3, total=12)),
        view("queued, with pictures left out", JobState.QUEUED, *many, *few, *judged(*REMARKED)),
        view(
            "queued until more requests are allowed",
            JobState.QUEUED,
            progress=Progress(note="limited", ready_at=soon),
        ),
        view("uploading", JobState.UPLOADING, *many, progress=Progress(done=8, total=12)),
        view(
            "uploading while something is down",
            JobState.UPLOADING,
            progress=Progress(note="down", ready_at=soon),
        ),
        view("submitting", JobState.SUBMITTING),
        view("submitting, the answer was lost", JobState.SUBMITTING, progress=Progress(note="looking")),
        view("running: waiting", JobState.RUNNING, progress=Progress(note="waiting")),
        view("running: training", JobState.RUNNING, progress=working),
        view("running: deploying", JobState.RUNNING, progress=Progress(note="deploying", percent=100)),
        view("running for unusually long", JobState.RUNNING, progress=working, stuck_since=jobs.now),
        view("running, unseen without a key", JobState.RUNNING, progress=Progress(note="key")),
        view("running, unseen while something is down", JobState.RUNNING, progress=Progress(note="down")),
        view("delivering", JobState.DELIVERING),
        view("done", JobState.DONE, delivered_channel_id=jobs.stage.room.id, delivered_message_id=2),
        view(
            "failed: too few pictures",
            JobState.FAILED,
            *taken(3),
            *judged(*LEFT_OUT[:9]),
            failure=fewer.to_facts(),
        ),
        view("failed at the provider", JobState.FAILED, *many, failure=failed.to_facts()),
        view(
            "failed, its pictures no longer kept",
            JobState.FAILED,
            *taken(9, kept=False),
            failure=failed.to_facts(),
        ),
        view("cancelled before it was ordered", JobState.CANCELLED, submitted_at=None),
        view("cancelled, no longer watched", JobState.CANCELLED, task_id="task"),
        view("cancelled, given up", JobState.CANCELLED),
        view(
            "unknown outcome",
            JobState.UNKNOWN_OUTCOME,
            *many,
            failure=_unknown(),
            progress=Progress(note="looking"),
        ),
        view(
            "unknown outcome, not in the provider's list",
            JobState.UNKNOWN_OUTCOME,
            *many,
            failure=_unknown(),
            progress=Progress(note="unlisted", ready_at=jobs.now),
        ),
        view("undeliverable", JobState.UNDELIVERABLE),
    ]


def paintings(jobs: Jobs) -> list[Shown]:
    """A painting in every state that one can be in."""

    def view(caption: str, state: JobState, **changes: Any) -> Shown:
        return caption, JobView(jobs.painting(state, **changes), painted=painted_files(1))

    soon = jobs.now + timedelta(seconds=12)
    working = Progress(note="working", percent=40, ready_at=soon)
    refused: list[tuple[str, Refusal]] = [
        ("failed while the provider is down", ProviderDown(provider=NOVITA)),
        ("failed: every picture withheld", ResultWithheld(provider=NOVITA, count=4)),
    ]
    return [
        view("queued", JobState.QUEUED),
        view(
            "queued until more requests are allowed",
            JobState.QUEUED,
            progress=Progress(note="limited", ready_at=soon),
        ),
        view("submitting", JobState.SUBMITTING),
        view("running: waiting", JobState.RUNNING, progress=Progress(note="waiting")),
        view("running: painting", JobState.RUNNING, progress=working),
        view("running for unusually long", JobState.RUNNING, progress=working, stuck_since=jobs.now),
        view("fetching", JobState.FETCHING),
        view(
            "fetching while something is down",
            JobState.FETCHING,
            progress=Progress(note="down", ready_at=soon),
        ),
        view("delivering", JobState.DELIVERING),
        view("done", JobState.DONE, delivered_channel_id=jobs.stage.room.id, delivered_message_id=2),
        *(view(caption, JobState.FAILED, failure=refusal.to_facts()) for caption, refusal in refused),
        view("cancelled before it was ordered", JobState.CANCELLED, submitted_at=None),
        view("cancelled, no longer watched", JobState.CANCELLED, task_id="task"),
        view("cancelled, given up", JobState.CANCELLED),
        view("unknown outcome", JobState.UNKNOWN_OUTCOME, failure=_unknown()),
        view("undeliverable", JobState.UNDELIVERABLE),
    ]


def _unknown() -> dict[str, Any]:
    return OutcomeUnknown(provider=NOVITA).to_facts()
