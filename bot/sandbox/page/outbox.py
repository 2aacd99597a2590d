"""What waits to be sent to one window. A window that does not read is cut off; it comes again and asks anew."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any, Protocol

MOST_BYTES = 32 * 1024 * 1024
SEND_WITHIN = 15.0
"""Seconds in which a window must take what is sent."""


class Wire(Protocol):
    """The half of a WebSocket that sends."""

    async def send_str(self, data: str) -> None: ...


class TooSlow(Exception):
    """The window does not read what it is sent."""


class Outbox:
    """A queue of JSON texts; they leave in the order in which they were put."""

    def __init__(self, wire: Wire, *, most: int = MOST_BYTES, within: float = SEND_WITHIN) -> None:
        self._wire = wire
        self._most = most
        self._within = within
        self._waiting: deque[str] = deque()
        self._size = 0
        self._changed = asyncio.Event()

    def put(self, said: dict[str, Any]) -> None:
        """Queue something. JSON's escapes keep every text sendable, whatever it holds."""
        text = json.dumps(said)
        self._size += len(text)
        if self._size <= self._most:
            self._waiting.append(text)
        self._changed.set()

    async def pump(self) -> None:
        """Send until cancelled. TooSlow when too much waits, or waits too long; ConnectionError when it is gone."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._size:
                if self._size > self._most:
                    raise TooSlow
                text = self._waiting.popleft()
                self._size -= len(text)
                try:
                    await asyncio.wait_for(self._wire.send_str(text), self._within)
                except TimeoutError as error:
                    raise TooSlow from error
