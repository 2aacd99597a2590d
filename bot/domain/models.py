"""What is trained on, what is painted with, and what people own: base models, checkpoints, LoRAs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

LORA_NAME_LENGTH: Final = 32


class ProviderName(StrEnum):
    """The hosted services, by the word that people type and that the database keeps."""

    NOVITA = "novita"

    @property
    def label(self) -> str:
        """The service's name as it writes it itself."""
        return {ProviderName.NOVITA: "Novita"}[self]


class Family(StrEnum):
    """Architectures. A LoRA works only with checkpoints of its own family (novita-api §3.2)."""

    SD15 = "sd15"
    SDXL = "sdxl"

    @property
    def label(self) -> str:
        """The family's usual name."""
        return {Family.SD15: "SD 1.5", Family.SDXL: "SDXL"}[self]

    @property
    def side(self) -> int:
        """Pixels on a side that the family was made for."""
        return {Family.SD15: 512, Family.SDXL: 1024}[self]


@dataclass(frozen=True, slots=True)
class BaseModel:
    """What a LoRA is trained on. `checkpoint` is None where it must be looked up in the catalogue."""

    value: str
    title: str
    family: Family
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is painted with: the provider's file name, a title for people, the family."""

    name: str
    title: str
    family: Family


@dataclass(frozen=True, slots=True)
class Lora:
    """A trained model that a person owns here. `model_name` is None until the provider serves it."""

    id: int
    owner_id: int
    provider: ProviderName
    name: str
    trigger: str
    family: Family
    base_model: str
    model_name: str | None
    job_id: str
    created_at: datetime

    @property
    def ready(self) -> bool:
        """Can be painted with."""
        return self.model_name is not None


def name_key(name: str) -> str:
    """What makes two names the same: case and spaces at the ends do not count."""
    return " ".join(name.split()).casefold()
