"""What may be asked of a provider, validated once, here: the training and the painting.

A spec is complete: whoever reads it back from the database needs nothing else to place the order again.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel as Model
from pydantic import ConfigDict, Field, TypeAdapter

from bot.domain.errors import BadName, BadShape, BadTrigger, PromptEmpty, PromptTooLong
from bot.domain.models import LORA_NAME_LENGTH, Family

FEWEST_PICTURES: Final = 4
MOST_PICTURES: Final = 50
PROMPT_LIMIT: Final = 1024
"""Unicode code points (novita-api §5.2)."""
MOST_LORAS: Final = 5
SMALLEST_SIDE: Final = 128
LARGEST_SIDE: Final = 2048
MOST_IMAGES: Final = 8
LARGEST_SEED: Final = 2**32 - 1
TRIGGER_LENGTH: Final = 40
LONGEST_TRAINING: Final = 10_000
"""Steps (novita-api §3.3, the vendor's own slider)."""


class TrainingKind(StrEnum):
    """The two trainings: a person or thing, or a way of painting."""

    SUBJECT = "subject"
    STYLE = "style"


class _Frozen(Model):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class TrainingSpec(_Frozen):
    """A LoRA to be trained. `side` is the training size in pixels, `steps` the total over all pictures."""

    type: Literal["training"] = "training"
    kind: TrainingKind
    name: str
    trigger: str
    base_model: str
    family: Family
    steps: int | None = Field(default=None, ge=1, le=LONGEST_TRAINING)
    seed: int = Field(ge=1, le=LARGEST_SEED)
    learning_rate: float = 1e-4
    rank: int = Field(default=16, ge=4, le=128)

    @property
    def side(self) -> int:
        """Pixels: 512 for SD 1.5, 1024 for SDXL."""
        return self.family.side

    def total_steps(self, pictures: int) -> int:
        """What was asked for, else two hundred a picture up to two thousand (novita-api §3.3)."""
        return self.steps or min(2000, 200 * pictures)

    @property
    def instance_prompt(self) -> str:
        """How the provider is told to call what is on the pictures."""
        if self.kind is TrainingKind.SUBJECT:
            return f"a close photo of {self.trigger}"
        return f"{self.trigger} style"

    def caption(self) -> str:
        """A caption for one picture: the trigger first, as the captions' guidance wants it (novita-api §3.4)."""
        return self.instance_prompt


class LoraUse(_Frozen):
    """A LoRA in a painting. `weight` 0–1."""

    lora_id: int
    name: str
    trigger: str
    model_name: str
    weight: float = Field(ge=0, le=1)


class PaintingSpec(_Frozen):
    """Pictures to be painted. `asked` is the prompt as typed, `prompt` what is sent (with trigger words)."""

    type: Literal["painting"] = "painting"
    asked: str
    prompt: str
    negative: str | None = None
    checkpoint: str
    family: Family
    width: int = Field(ge=SMALLEST_SIDE, le=LARGEST_SIDE)
    height: int = Field(ge=SMALLEST_SIDE, le=LARGEST_SIDE)
    count: int = Field(ge=1, le=MOST_IMAGES)
    seed: int = Field(ge=0, le=LARGEST_SEED)
    steps: int = Field(ge=1, le=100)
    guidance: float = Field(ge=1, le=30)
    sampler: str = "DPM++ 2M Karras"
    loras: tuple[LoraUse, ...] = ()
    nsfw_check: bool = True

    def seed_of(self, position: int) -> int:
        """The seed of one of the pictures: that of the first, at 0, and one more for each (novita-api §5.5)."""
        return self.seed + position

    def parameters(self, position: int) -> str:
        """How one of the pictures was made, in the words that painting tools write into theirs and read from them."""
        loras = "".join(f" <lora:{use.name}:{use.weight:g}>" for use in self.loras)
        lines = [self.prompt + loras]
        if self.negative:
            lines.append(f"Negative prompt: {self.negative}")
        lines.append(
            f"Steps: {self.steps}, Sampler: {self.sampler}, CFG scale: {self.guidance:g}, "
            f"Seed: {self.seed_of(position)}, Size: {self.width}x{self.height}, Model: {self.checkpoint}"
        )
        return "\n".join(lines)


Spec = Annotated[TrainingSpec | PaintingSpec, Field(discriminator="type")]
SPEC: Final[TypeAdapter[TrainingSpec | PaintingSpec]] = TypeAdapter(Spec)
"""Reads and writes either kind from and to the database's JSON."""

SHAPES: Final[dict[Family, dict[str, tuple[int, int]]]] = {
    Family.SD15: {
        "square": (512, 512),
        "portrait": (512, 768),
        "landscape": (768, 512),
        "wide": (896, 512),
    },
    Family.SDXL: {
        "square": (1024, 1024),
        "portrait": (832, 1216),
        "landscape": (1216, 832),
        "wide": (1344, 768),
    },
}
"""Width and height in pixels that each family paints well."""

_SIZE: Final = re.compile(r"(\d{2,5})\s*[x×*]\s*(\d{2,5})", re.IGNORECASE)


def size_of(shape: str | None, family: Family) -> tuple[int, int]:
    """Width and height of a named shape or of `WIDTHxHEIGHT`, rounded down to a multiple of eight.

    Errors: `BadShape`.
    """
    text = (shape or "square").strip().lower()
    named = SHAPES[family].get(text)
    if named is not None:
        return named
    match = _SIZE.fullmatch(text)
    if match is None:
        raise BadShape(value=text[:40], smallest=SMALLEST_SIDE, largest=LARGEST_SIDE)
    width, height = int(match[1]), int(match[2])
    if not (SMALLEST_SIDE <= width <= LARGEST_SIDE and SMALLEST_SIDE <= height <= LARGEST_SIDE):
        raise BadShape(value=text[:40], smallest=SMALLEST_SIDE, largest=LARGEST_SIDE)
    return width // 8 * 8, height // 8 * 8


def lora_name(text: str) -> str:
    """A LoRA's name as it is kept: single spaces, no comma or colon (the picker's punctuation). Errors: `BadName`."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= LORA_NAME_LENGTH or any(c in ",:`" or not c.isprintable() for c in name):
        raise BadName(limit=LORA_NAME_LENGTH)
    return name


_TRIGGER: Final = re.compile(r"[\w][\w \-]*", re.UNICODE)
_MADE: Final = "_ezl"
"""The end of a trigger word that was made from a name, which keeps it rare."""


def trigger_word(text: str | None, *, name: str) -> str:
    """The word that calls the subject: what was typed, else one made from the name. Errors: `BadTrigger`."""
    if text is None or not text.strip():
        letters = "".join(c for c in name.casefold() if c.isalnum())
        return f"{letters[: TRIGGER_LENGTH - len(_MADE)] or 'lora'}{_MADE}"
    trigger = " ".join(text.split())
    if len(trigger) > TRIGGER_LENGTH or not _TRIGGER.fullmatch(trigger):
        raise BadTrigger(limit=TRIGGER_LENGTH)
    return trigger


def with_triggers(prompt: str, triggers: tuple[str, ...]) -> str:
    """The prompt with every trigger word that is not yet in it put first. Errors: `PromptEmpty`, `PromptTooLong`."""
    asked = prompt.strip()
    if not asked:
        raise PromptEmpty()
    missing = [word for word in dict.fromkeys(triggers) if not has_word(asked, word)]
    complete = ", ".join([*missing, asked])
    if len(complete) > PROMPT_LIMIT:
        raise PromptTooLong(length=len(complete), limit=PROMPT_LIMIT)
    return complete


def has_word(prompt: str, word: str) -> bool:
    """Whether `word` stands in the prompt by itself, whatever its case."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", prompt, re.IGNORECASE) is not None
