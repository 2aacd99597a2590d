"""Files that were dropped into the page and wait to be named in a request: in memory, bounded, oldest out first."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

MOST_BYTES = 256 * 1024 * 1024
"""All waiting files together."""

File = tuple[str, bytes]
"""Name and bytes."""


class Files:
    """The waiting files, each under a word that nobody can guess."""

    def __init__(self, *, most: int = MOST_BYTES) -> None:
        self._most = most
        self._files: dict[str, File] = {}
        self.size = 0

    def put(self, name: str, data: bytes) -> str:
        """Keep a file; its word. The oldest ones go when it is too much together."""
        word = secrets.token_urlsafe(16)
        self._files[word] = (name, data)
        self.size += len(data)
        while self.size > self._most and len(self._files) > 1:
            self.drop([next(iter(self._files))])
        return word

    def get(self, word: str) -> File | None:
        """The file of this word; None when it was used, pushed out or never there."""
        return self._files.get(word)

    def drop(self, words: Iterable[str]) -> None:
        """Forget files: they were used."""
        for word in words:
            _, data = self._files.pop(word, ("", b""))
            self.size -= len(data)
