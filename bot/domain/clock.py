"""The time, as something that is handed in: logic never reads the wall clock itself."""

from __future__ import annotations

from datetime import UTC, datetime


class Clock:
    """The real time. Tests hand in one that stands still."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)
