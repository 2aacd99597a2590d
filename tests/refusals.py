"""One instance of every refusal, made from the types of its fields: a new kind is tested without being named."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any

from bot.domain.errors import ProviderRefusal, Refusal
from bot.domain.models import ProviderName

_SAMPLES: dict[type, Any] = {str: "mara", int: 3, float: 2.5, bool: True}


def every_kind() -> list[type[Refusal]]:
    """Every kind that can be met: the leaves, without the base of the provider's."""
    return [kind for kind in Refusal.kinds.values() if kind is not ProviderRefusal]


def instance(kind: type[Refusal], **given: Any) -> Refusal:
    """A refusal with every field filled."""
    hints = typing.get_type_hints(kind)
    fields = {
        field.name: _sample(field.name, hints[field.name])
        for field in dataclasses.fields(kind)
        if field.name not in given
    }
    return kind(**fields, **given)


def _sample(name: str, hint: Any) -> Any:
    if name == "provider":
        return ProviderName.NOVITA.value
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
    if typing.get_origin(hint) is tuple:
        return ("mara", "ben")
    return _SAMPLES[hint]
