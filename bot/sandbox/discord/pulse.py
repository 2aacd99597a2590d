"""Waiting for something to become true, without sleeping: whoever changes the world beats the pulse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_AGAIN = 0.05
"""Seconds after which a waiter looks without being woken: the sandbox's clock may have been moved."""


class Pulse:
    """Wakes every waiter at each change; each looks for itself whether its condition holds now."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Say that something changed."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, look: Callable[[], T | None], *, within: float) -> T | None:
        """The first truthy value of `look`, or None after `within` real seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not (found := look()):
            left = deadline - loop.time()
            if left <= 0:
                return None
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait_for(future, min(left, LOOK_AGAIN))
            except TimeoutError:
                continue
            finally:
                self._waiting.discard(future)
        return found
