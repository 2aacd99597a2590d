"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.clock import Clock

NOON: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class FrozenClock(Clock):
    """Begins at `NOON` and moves only by `advance`."""

    def __init__(self, at: datetime = NOON) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta | None = None, /, **units: float) -> datetime:
        """Move forward, by a `timedelta` or its arguments (`seconds=5`); the new now."""
        self._now += timedelta(**units) if by is None else by
        return self._now
