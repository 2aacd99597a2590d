"""The service's rate limits as token buckets (novita-api §11), counted per account; off unless a test turns them on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.sandbox.novita.errors import Refused

IMAGES_PER_MINUTE: Mapping[str, int] = MappingProxyType({"/v3/async/txt2img": 20})
"""Documented limits of the default tier, by path."""


@dataclass(slots=True)
class Buckets:
    """One account's buckets: path → (tokens left, Unix seconds of that count)."""

    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, path: str, *, images: int, now: float) -> None:
        """Spend `images` tokens, or raise 429 with the seconds until there are enough."""
        if (limit := IMAGES_PER_MINUTE.get(path)) is None:
            return
        level, at = self._levels.get(path, (float(limit), now))
        level = min(limit, level + (now - at) * limit / 60)
        if level < images:
            self._levels[path] = (level, now)
            wait = math.ceil((images - level) * 60 / limit)
            raise Refused("RATE_LIMIT_EXCEEDED", f"{limit} images per minute", retry_after=wait)
        self._levels[path] = (level - images, now)
