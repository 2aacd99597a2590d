"""Interaction tokens while they live: fifteen minutes, sealed in the database like a key."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.jobs import Address
from bot.services.cipher import Cipher, Unreadable

_MARGIN: Final = timedelta(seconds=20)


class Tokens:
    """Seals a token for an address, and opens it while it is good."""

    def __init__(self, cipher: Cipher, *, clock: Clock) -> None:
        self._cipher = cipher
        self._clock = clock

    def seal(self, token: str, *, channel_id: int) -> bytes:
        """The token as the database keeps it."""
        return self._cipher.seal(token, about=f"interaction/{channel_id}")

    def open(self, address: Address) -> str | None:
        """The token, or None when it has died or none was kept."""
        if address.interaction is None or address.interaction_until is None:
            return None
        if self._clock.now() >= address.interaction_until - _MARGIN:
            return None
        try:
            return self._cipher.open(address.interaction, about=f"interaction/{address.channel_id}")
        except Unreadable:
            return None
