"""Keeps the loops alive: one that fails is logged, waited for a little, and started again."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

log = logging.getLogger(__name__)

_FIRST: Final = 0.5
_LONGEST: Final = 30.0

Loop = Callable[[], Awaitable[None]]


class Supervisor:
    """Runs named loops side by side until it is cancelled. `failures` counts the restarts of each."""

    def __init__(self, loops: Mapping[str, Loop]) -> None:
        self._loops = dict(loops)
        self._chance = random.Random()
        self.failures = dict.fromkeys(self._loops, 0)
        self.alive = dict.fromkeys(self._loops, False)

    async def run(self) -> None:
        """All loops, for ever."""
        async with asyncio.TaskGroup() as group:
            for name, loop in self._loops.items():
                group.create_task(self._keep(name, loop), name=f"loop:{name}")

    async def _keep(self, name: str, loop: Loop) -> None:
        pause = _FIRST
        while True:
            started = asyncio.get_running_loop().time()
            self.alive[name] = True
            try:
                await loop()
            except Exception:
                log.exception("a loop failed and is started again", extra={"loop": name})
            finally:
                self.alive[name] = False
            self.failures[name] += 1
            ran = asyncio.get_running_loop().time() - started
            pause = _FIRST if ran > _LONGEST else min(_LONGEST, pause * 2)
            await asyncio.sleep(self._chance.uniform(pause / 2, pause))
