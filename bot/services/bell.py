"""The bell between those who store a job and the worker that takes it on."""

from __future__ import annotations

import asyncio
from typing import Final

_MOST: Final = 100_000


class Bell:
    """Rung with a job's id when it has something to do now. Bounded: what is lost is found by its due time."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}
        self._rung = asyncio.Event()

    def ring(self, job_id: str) -> None:
        """The job is due now. Ringing twice is ringing once."""
        if len(self._waiting) < _MOST:
            self._waiting[job_id] = None
        self._rung.set()

    def heard(self) -> list[str]:
        """The jobs rung for since the last call, in order."""
        self._rung.clear()
        jobs = list(self._waiting)
        self._waiting.clear()
        return jobs

    async def wait(self) -> None:
        """Until it rings; at once when it has rung and nobody has heard it."""
        await self._rung.wait()
