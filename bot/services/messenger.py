"""What the worker needs from where people are: a protocol, so that it and `bot.chat` do not see each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.jobs import Job
from bot.services.desk import JobView
from bot.services.enclosures import Enclosure


class Unreachable(Exception):
    """This way is closed for good: no access, deleted, private messages not taken. Try another. `code` is Discord's."""

    def __init__(self, why: str = "", *, code: int = 0) -> None:
        super().__init__(why)
        self.code = code


class TryLater(Exception):
    """This way is closed for the moment; after `seconds` it may be open."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds:.0f} s")
        self.seconds = seconds


class TooLarge(Exception):
    """The files are too large for this way."""


class Way(StrEnum):
    """The ways to a person, in the order they are tried."""

    CHANNEL = "channel"
    """A message of the bot's own in the channel of the job."""
    TOKEN = "token"
    """The interaction, while its token lives: the card itself becomes the result, so twice is once."""
    DIRECT = "direct"
    """A private message."""


class Notice(StrEnum):
    """Short messages that are no results: nice to have, never waited for."""

    STUCK = "stuck"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a result was put."""

    channel_id: int
    message_id: int


class Messenger(Protocol):
    """Cards, results and notices for jobs. Every call may raise `Unreachable` and `TryLater`."""

    def face(self, view: JobView) -> str:
        """What the card would show, as text that differs when the card would."""
        ...

    async def find_card(self, job: Job) -> int | None:
        """The message that answered the command of a job whose card was not noted; None when there is none.

        Errors: `Unreachable` when nobody can tell any more.
        """
        ...

    async def show(self, view: JobView) -> None:
        """Make the job's card show how it stands."""
        ...

    async def deliver(self, view: JobView, files: Sequence[Enclosure], *, way: Way, again: bool) -> Receipt:
        """Put the result before its owner, once: `again` when an earlier try may have succeeded unnoticed.

        Errors: `TooLarge` besides the usual.
        """
        ...

    async def tell(self, view: JobView, notice: Notice) -> None:
        """Tell the owner something about a job that the card alone would hide."""
        ...
