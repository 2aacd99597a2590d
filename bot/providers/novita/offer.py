"""What Novita offers, read from `models.toml` beside this file and checked once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pydantic import BaseModel as Model
from pydantic import ConfigDict, Field

from bot.domain.models import BaseModel, Family
from bot.providers.base import Capabilities


class _BaseModel(Model):
    model_config = ConfigDict(extra="forbid")

    value: str = Field(min_length=1)
    title: str = Field(min_length=1, max_length=100)
    family: Family
    checkpoint: str | None = None


class _Offer(Model):
    model_config = ConfigDict(extra="forbid")

    default_base_model: str
    default_checkpoint: str
    images_per_minute: int = Field(ge=1)
    base_models: list[_BaseModel] = Field(min_length=1)


@cache
def capabilities() -> Capabilities:
    """The configured base models and defaults (novita-api §3.2, §11)."""
    text = resources.files(__package__).joinpath("models.toml").read_text(encoding="utf-8")
    offer = _Offer.model_validate(tomllib.loads(text))
    return Capabilities(
        base_models=tuple(
            BaseModel(value=m.value, title=m.title, family=m.family, checkpoint=m.checkpoint)
            for m in offer.base_models
        ),
        default_base_model=offer.default_base_model,
        default_checkpoint=offer.default_checkpoint,
        images_per_minute=offer.images_per_minute,
    )
