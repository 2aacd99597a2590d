"""Trainings and generations as they stand at an instant, computed from the clock: no timers, nothing to wait for.

Only state and arithmetic; what the wire shows is written in `training` and `generation`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from bot.sandbox.novita.assets import Asset
from bot.sandbox.novita.painter import Look, Painting
from bot.sandbox.novita.rules import Pace

Kind = Literal["subject", "style"]


class Outcome(Enum):
    """How a task ends, unless a test says otherwise: well."""

    SUCCEED = "succeed"
    FAILED = "failed"
    CANCELED = "canceled"
    """Trainings only; a generation fails instead, there is no cancelled status (novita-api §5.5)."""
    STUCK = "stuck"
    """Stays in the queue for good (novita-api §3.5: 46 hours were seen)."""
    UNKNOWN_FIRST = "unknown first"
    """The first look says UNKNOWN, then all goes well."""
    DEPLOYING = "deploying"
    """A training that succeeds but whose model never serves."""


@dataclass(frozen=True, slots=True)
class TrainingStage:
    """A training at one instant, in the words of novita-api §3.5. `eta` in seconds."""

    status: Literal["QUEUING", "TRAINING", "SUCCESS", "FAILED", "CANCELED"]
    model: Literal["DEPLOYING", "SERVING"] | None = None
    eta: int | None = None
    progress: int | None = None

    @property
    def serving(self) -> bool:
        """True when the LoRA can be painted with."""
        return self.model == "SERVING"


@dataclass(slots=True, eq=False, kw_only=True)
class Training:
    """One paid training."""

    id: str
    kind: Kind
    name: str
    base_model: str
    is_sdxl: bool
    assets: tuple[Asset, ...]
    instance_prompt: str
    created: float
    pace: Pace
    model_name: str
    outcome: Outcome = Outcome.SUCCEED
    hurried: bool = False
    looks: int = 0
    learnt: Look | None = field(default=None, repr=False)

    def stage(self, now: float) -> TrainingStage:
        """Where it stands at `now` (Unix seconds)."""
        queue, training = self.pace.queue_seconds, self.pace.training_seconds
        elapsed = float("inf") if self.hurried else now - self.created
        if self.outcome is Outcome.STUCK:
            return TrainingStage("QUEUING")
        if elapsed < queue:
            return TrainingStage("QUEUING", eta=round(queue + training - elapsed), progress=0)
        if self.outcome in {Outcome.FAILED, Outcome.CANCELED} and elapsed >= queue + training / 2:
            return TrainingStage("FAILED" if self.outcome is Outcome.FAILED else "CANCELED")
        if elapsed < queue + training:
            done = (elapsed - queue) / training
            return TrainingStage("TRAINING", eta=round(training * (1 - done)), progress=int(100 * done))
        deployed = elapsed >= queue + training + self.pace.deploying_seconds
        if deployed and self.outcome is not Outcome.DEPLOYING:
            return TrainingStage("SUCCESS", model="SERVING")
        return TrainingStage("SUCCESS", model="DEPLOYING")


@dataclass(frozen=True, slots=True)
class GenerationStage:
    """A generation at one instant, in the words of novita-api §5.5."""

    status: Literal[
        "TASK_STATUS_QUEUED", "TASK_STATUS_PROCESSING", "TASK_STATUS_SUCCEED", "TASK_STATUS_FAILED"
    ]
    eta: int = 0
    progress: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Generation:
    """One paid order of pictures."""

    id: str
    task_type: str
    paintings: tuple[Painting, ...]
    loras: tuple[tuple[Training, float], ...]
    """The trained LoRAs and their strengths; what they look like is learnt when the first picture is painted."""
    image_type: Literal["png", "jpeg", "webp"]
    seed: int
    nsfw: int | None
    """Confidence (0–100) of the NSFW check, None when it was not asked for."""
    created: float
    pace: Pace
    reason: str = ""
    """Why it will fail, when that is known from the start."""
    outcome: Outcome = Outcome.SUCCEED
    hurried_at: float | None = None
    looks: int = 0

    @property
    def completed(self) -> float:
        """Unix seconds at which the pictures are there."""
        planned = self.created + self.pace.paint_queue_seconds + self.pace.painting_seconds
        return planned if self.hurried_at is None else min(planned, self.hurried_at)

    def stage(self, now: float) -> GenerationStage:
        """Where it stands at `now` (Unix seconds)."""
        painting = self.pace.painting_seconds
        left = self.completed - now
        if self.outcome is Outcome.STUCK:
            return GenerationStage("TASK_STATUS_QUEUED")
        if left <= 0:
            bad = self.reason or self.outcome in {Outcome.FAILED, Outcome.CANCELED}
            return GenerationStage("TASK_STATUS_FAILED" if bad else "TASK_STATUS_SUCCEED")
        if left > painting:
            return GenerationStage("TASK_STATUS_QUEUED", eta=round(left))
        return GenerationStage(
            "TASK_STATUS_PROCESSING", eta=round(left), progress=int(100 * (1 - left / painting))
        )
