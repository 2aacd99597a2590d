"""What comes back over HTTP: a whole answer, or a silence and what it proves. Nothing here sends anything."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import httpx

LONGEST_RETRY_AFTER: Final = 24 * 3600.0


class _NotJson:
    """The document of an answer that holds none."""

    def __repr__(self) -> str:
        return "NOT_JSON"


NOT_JSON: Final = _NotJson()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `document` is its JSON or `NOT_JSON`, `retry_after` in seconds where the server said so."""

    status: int
    body: bytes = field(default=b"", repr=False)
    retry_after: float | None = None
    document: object = field(default=NOT_JSON, repr=False)

    @property
    def ok(self) -> bool:
        """A success by its status."""
        return 200 <= self.status <= 299

    def text(self) -> str:
        """The beginning of the body, for those who look for words in it."""
        return self.body[:4096].decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Silence:
    """No whole answer. `sent` is False only where nothing of the request can have left; `why` is an error's name."""

    why: str
    sent: bool = True


def seconds_of(retry_after: str | None, *, now: datetime) -> float | None:
    """A `Retry-After` header in seconds: a number or an HTTP date; None when absent or unreadable."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            at = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if math.isfinite(seconds) else None


def document_of(body: bytes) -> object:
    """The JSON of a body, or `NOT_JSON` for one that is cut, nested beyond reason or something else."""
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError):
        return NOT_JSON
    return document


UNSENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
"""Proof that nothing of a request has left."""

NETWORK_ERRORS: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    aiohttp.ClientError,
    OSError,
    ValueError,
)
"""What the libraries raise when a request fails; `ValueError` for addresses and headers they cannot use."""


def silence_of(error: Exception) -> Silence:
    """What an exception of the HTTP libraries proves about the request.

    `httpx-aiohttp` reports a connection that was lost *after* sending as `httpx.ConnectTimeout` (its base class
    decides), so aiohttp's own exception is asked wherever there is one.
    """
    origin = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error
    return Silence(why=type(origin).__name__, sent=not isinstance(origin, UNSENT))
