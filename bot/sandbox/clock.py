"""The sandbox's clock: real time plus whatever a test has moved it forward. It never goes back."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from struct import Struct
from typing import Final

MOVED: Final = Struct("d")
"""How a process is told the seconds that the clock was moved."""


class SandboxClock:
    """Unix seconds for everything inside the sandbox: job progress, link expiry, interaction deadlines.

    Jobs and links are computed from `time()` when they are looked at, so moving the clock needs no timers. `told` is a
    file that always holds how far it was moved, for processes that are to live in the same time.
    """

    def __init__(self, *, told: Path | None = None) -> None:
        self._moved = 0.0
        self.told = told
        self._tell()

    @property
    def moved(self) -> float:
        """Seconds by which it was moved in all."""
        return self._moved

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
        self._tell()

    def _tell(self) -> None:
        if self.told is None:
            return
        self.told.touch()
        with self.told.open("r+b") as file:  # written over, never emptied: somebody has it mapped
            file.write(MOVED.pack(self._moved))
