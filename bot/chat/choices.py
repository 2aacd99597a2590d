"""Autocomplete: at most 25 choices of at most 100 characters, answered from memory (discord-platform §8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from discord import app_commands

from bot.domain.models import BaseModel, Checkpoint

MOST: Final = 25
LONGEST: Final = 100

Choices = list[app_commands.Choice[str]]


def of_models(models: Iterable[BaseModel | Checkpoint], typed: str) -> Choices:
    """Models whose title or name holds what was typed, those that begin with it first."""
    wanted = typed.strip().casefold()
    found: list[tuple[bool, str, str]] = []
    for model in models:
        value = model.value if isinstance(model, BaseModel) else model.name
        title = model.title.casefold()
        if len(value) <= LONGEST and (wanted in title or wanted in value.casefold()):
            found.append((not title.startswith(wanted), model.title, value))
    found.sort(key=lambda entry: entry[0])
    return [
        app_commands.Choice(name=_labelled(title, value), value=value) for _, title, value in found[:MOST]
    ]


def of_texts(texts: Iterable[str]) -> Choices:
    """Texts as they are."""
    return [app_commands.Choice(name=text, value=text) for text in texts if 0 < len(text) <= LONGEST][:MOST]


def _labelled(title: str, value: str) -> str:
    return (title or value)[:LONGEST]
