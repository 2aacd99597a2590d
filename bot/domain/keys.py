"""A person's API key for a provider: a value that cannot print itself, and the fingerprint people see instead."""

from __future__ import annotations

import hashlib
from typing import Final

from pydantic import SecretStr

from bot.domain.errors import BadKey

SHORTEST_KEY: Final = 8
LONGEST_KEY: Final = 512


class ApiKey:
    """A secret bearer key. `str()`, `repr()`, logging and pickling show only its fingerprint.

    Errors: `BadKey` when the text cannot be a key at all (empty, too long, with spaces or non-ASCII letters).
    """

    __slots__ = ("_secret", "fingerprint")

    def __init__(self, text: str) -> None:
        cleaned = text.strip()
        if cleaned.lower().startswith("bearer "):
            cleaned = cleaned[len("bearer ") :].strip()
        if not SHORTEST_KEY <= len(cleaned) <= LONGEST_KEY or not cleaned.isascii():
            raise BadKey()
        if any(not 33 <= ord(letter) <= 126 for letter in cleaned):
            raise BadKey()
        self._secret = SecretStr(cleaned)
        self.fingerprint = fingerprint(cleaned)

    def reveal(self) -> str:
        """The key itself: for the provider's `Authorization` header and for the vault, nowhere else."""
        return self._secret.get_secret_value()

    def __repr__(self) -> str:
        return f"ApiKey({self.fingerprint})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other.reveal() == self.reveal()

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __reduce__(self) -> str:
        raise TypeError("an API key is never pickled")


def fingerprint(secret: str) -> str:
    """Eight hexadecimal digits that tell keys apart and give nothing of them away, such as `4f1c-a09e`."""
    digest = hashlib.sha256(b"easel fingerprint:" + secret.encode()).hexdigest()
    return f"{digest[:4]}-{digest[4:8]}"
