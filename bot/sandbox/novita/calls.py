"""One authenticated request to the API, as the endpoint modules see it, and what an endpoint is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.sandbox.novita.accounts import Account
from bot.sandbox.novita.checks import Fields, parse_object
from bot.sandbox.novita.errors import Refused, invalid
from bot.sandbox.novita.replies import Reply
from bot.sandbox.novita.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose key was recognised."""

    account: Account
    path: str
    query: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""

    def fields(self) -> Fields:
        """The fields of its JSON body."""
        return Fields(parse_object(self.body, content_type=self.content_type), where="")

    def page(self, *, default: int) -> int:
        """`pagination.limit`, 1–100 (novita-api §3.6, §4)."""
        text = self.query.get("pagination.limit", str(default))
        if not text.isdecimal() or not 1 <= int(text) <= 100:
            raise invalid(f"pagination.limit: must be between 1 and 100, is {text!r}")
        return int(text)

    def task_id(self) -> str:
        """`task_id` of the query (novita-api §3.5, §5.5)."""
        if not (task_id := self.query.get("task_id", "")):
            raise invalid("task_id: required in the query")
        return task_id


def task_not_found() -> Refused:
    """404 for a task that is unknown, of another kind, or another account's."""
    return Refused("TASK_NOT_FOUND", "task not found")


Endpoint: TypeAlias = Callable[[State, Call], Awaitable[Reply]]
"""Raises `Refused`."""
