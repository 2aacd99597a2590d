"""The sandbox's clock: real time plus whatever a test has moved it forward. It never goes back."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SandboxClock:
    """Unix seconds for everything inside the sandbox: job progress, link expiry, interaction deadlines.

    Jobs and links are computed from `time()` when they are looked at, so moving the clock needs no timers.
    """

    def __init__(self) -> None:
        self._moved = 0.0

    def time(self) -> float:
        """Unix seconds."""
        return time.time() + self._moved

    def now(self) -> datetime:
        """The same instant as an aware UTC datetime."""
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float) -> None:
        """Move forward; `seconds` must not be negative."""
        if seconds < 0:
            raise ValueError("the sandbox's clock does not go back")
        self._moved += seconds
