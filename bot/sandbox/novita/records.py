"""What happened on the sockets, for tests to look back at. Never holds a key or a signature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType


class Place(Enum):
    """Which of the three hosts was spoken to."""

    API = "api"
    BUCKET = "bucket"
    RESULTS = "results"


_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(slots=True, eq=False, kw_only=True)
class RequestRecord:
    """One request. `status` is None while it is unanswered, and stays so when it was hung or dropped.

    `account` is the name of the account whose key was recognised, else empty; `query` is empty on the asset hosts,
    where it is a signature.
    """

    place: Place
    method: str
    path: str
    query: str
    at: float
    headers: Mapping[str, str]
    account: str = ""
    status: int | None = None
    request_bytes: int = 0
    response_bytes: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def authorized(self) -> bool:
        """True when an Authorization header came along; on an asset host that is a leak."""
        return "authorization" in self.headers


def without_secrets(headers: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """The headers seen, names in lower case, secret values blanked."""
    lower = ((name.lower(), value) for name, value in headers)
    return MappingProxyType({name: "…" if name in _SECRET else value for name, value in lower})
