"""A job: one paid request, from the click to the message that answers it.

The life of a job, and the only table that moves one::

    gathering ─▶ queued ─▶ uploading ─▶ submitting ─▶ running ─▶ fetching ─▶ delivering ─▶ done
        │          │           │            │            │           │            │
        ▼          ▼           ▼            ▼            ▼           ▼            ▼
     failed    cancelled    failed   unknown outcome   failed      failed    undeliverable

A training begins by gathering its pictures and has no result bytes to fetch; a painting begins queued and has nothing
to upload. Other ways are taken only when the provider refuses an order in so many words (submitting to queued or
failed), when an owner gives up (running to cancelled), and when an owner asks for it again.

A job is stored before each step and may be found in any state after a crash. `submitting` is entered before the paid
order is sent and left after the provider's id is stored, so a job found there at start-up may have been paid for: it is
looked up by its name at the provider, or becomes `unknown outcome`, and is never sent again by itself.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.errors import Facts
from bot.domain.models import ProviderName
from bot.domain.specs import Spec, TrainingSpec

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
JOB_ID_LENGTH: Final = 10
JOB_ID_PATTERN: Final = rf"[{_ALPHABET}]{{{JOB_ID_LENGTH}}}"


def new_job_id() -> str:
    """Fifty random bits in Crockford's alphabet: short enough to read aloud, too many to guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(JOB_ID_LENGTH))


class JobState(StrEnum):
    """Where a job stands. The values are the database's and the log's words."""

    GATHERING = "gathering"
    QUEUED = "queued"
    UPLOADING = "uploading"
    SUBMITTING = "submitting"
    RUNNING = "running"
    FETCHING = "fetching"
    DELIVERING = "delivering"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN_OUTCOME = "unknown_outcome"
    UNDELIVERABLE = "undeliverable"

    @property
    def over(self) -> bool:
        """Nothing happens any more unless a person asks for it."""
        return self in _OVER

    @property
    def paid(self) -> bool:
        """The provider may have been paid, or has been."""
        return self not in _UNPAID


_OVER: Final = frozenset(
    {JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN_OUTCOME, JobState.UNDELIVERABLE}
)
_UNPAID: Final = frozenset({JobState.GATHERING, JobState.QUEUED, JobState.UPLOADING})

_S = JobState
TRANSITIONS: Final[dict[JobState, frozenset[JobState]]] = {
    _S.GATHERING: frozenset({_S.QUEUED, _S.FAILED, _S.CANCELLED}),
    _S.QUEUED: frozenset({_S.UPLOADING, _S.SUBMITTING, _S.FAILED, _S.CANCELLED}),
    _S.UPLOADING: frozenset({_S.QUEUED, _S.SUBMITTING, _S.FAILED, _S.CANCELLED}),
    # back to queued only when the provider said in so many words that it took nothing (a rate limit)
    _S.SUBMITTING: frozenset({_S.RUNNING, _S.QUEUED, _S.FAILED, _S.UNKNOWN_OUTCOME}),
    _S.RUNNING: frozenset({_S.FETCHING, _S.DELIVERING, _S.FAILED, _S.CANCELLED}),
    _S.FETCHING: frozenset({_S.DELIVERING, _S.FAILED}),
    _S.DELIVERING: frozenset({_S.DONE, _S.UNDELIVERABLE}),
    _S.DONE: frozenset(),
    # ordered again when its owner asks for it
    _S.FAILED: frozenset({_S.QUEUED}),
    # watched again when its owner asks for it: the provider goes on with what was only no longer watched
    _S.CANCELLED: frozenset({_S.RUNNING}),
    # found again at the provider, or ordered again by its owner, who knows that it may be paid for twice
    _S.UNKNOWN_OUTCOME: frozenset({_S.RUNNING, _S.QUEUED, _S.CANCELLED}),
    # sent again when its owner asks for it
    _S.UNDELIVERABLE: frozenset({_S.DELIVERING, _S.DONE}),
}

ORDERING: Final = frozenset({_S.QUEUED, _S.UPLOADING, _S.SUBMITTING})
"""The states between which an order goes back and forth until it is taken; tries are counted over all of them."""

DEADLINES: Final[dict[JobState, timedelta]] = {
    _S.GATHERING: timedelta(minutes=20),
    _S.QUEUED: timedelta(hours=6),
    _S.UPLOADING: timedelta(hours=6),
    _S.SUBMITTING: timedelta(minutes=15),
    _S.DELIVERING: timedelta(hours=24),
}
"""How long a job may stay in a state; `queued` and `uploading` count from its creation.

`running` and `fetching` have none: what is paid for ends by the provider's word, and is watched, slower once stuck.
"""

STUCK_TRAINING: Final = timedelta(hours=2)
STUCK_PAINTING: Final = timedelta(minutes=15)
FIND_CARD: Final = timedelta(seconds=8)
"""How long after its storing a job whose card nobody noted is looked into: by then the answer is up, or never came."""
MOST_UNDER_WAY: Final = 25
"""Jobs that one person may have under way: a bound on every queue behind them."""
KEEP_RESULTS: Final = timedelta(days=30)
KEEP_PICTURES: Final = timedelta(days=7)
"""How long the pictures of a training that was never taken by the provider are kept, to order it again with."""


class Reach(StrEnum):
    """How the place where a job was asked for can be written to."""

    CHANNEL = "channel"
    """With the bot's own token, for as long as its permissions last."""
    TOKEN = "token"
    """Only through the interaction, for its fifteen minutes (a user-installed app in a foreign place)."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a job was asked for and where its answer goes.

    `interaction` is the sealed interaction token and dies at `interaction_until`; `attachment_limit` is in bytes per
    file; `card_id` is the job card's message, 0 where it is up and its id is not known.
    """

    channel_id: int
    guild_id: int | None
    reach: Reach
    attachment_limit: int
    locale: str
    card_id: int | None = None
    interaction_id: int | None = None
    """What was asked, so that an event that comes twice is answered once (discord-platform §7)."""
    interaction: bytes | None = None
    interaction_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a job's way. `percent` 0–100; `done` of `total` while pictures move."""

    percent: int | None = None
    ready_at: datetime | None = None
    done: int | None = None
    total: int | None = None
    note: str | None = None
    """The provider's phase (`waiting`, `working`, `deploying`), what is waited out (`limited`, `down`, `key`), or, of
    an order whose outcome is not known, `looking` and `unlisted` (looked for at `ready_at` and not found)."""

    @classmethod
    def seen(
        cls, note: str, *, now: datetime, percent: int | None = None, eta: float | None = None
    ) -> Progress:
        """What the provider says at `now`: its phase, and its estimate in seconds from then."""
        ready_at = None if eta is None else now + timedelta(seconds=eta)
        return cls(note=note, percent=percent, ready_at=ready_at)


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the jobs table. `version` grows with every change and guards against two writers."""

    id: str
    owner_id: int
    provider: ProviderName
    spec: Spec
    state: JobState
    address: Address
    created_at: datetime
    state_since: datetime
    due_at: datetime
    version: int = 1
    attempts: int = 0
    round: int = 1
    """How often its owner has asked for it: each time is a paid order of its own, under a name of its own."""
    task_id: str | None = None
    submitted_at: datetime | None = None
    progress: Progress = field(default_factory=Progress)
    failure: Facts | None = None
    stuck_since: datetime | None = None
    finished_at: datetime | None = None
    card_stale: bool = False
    """The card does not yet show how the job stands."""
    delivered_channel_id: int | None = None
    delivered_message_id: int | None = None

    @property
    def order_name(self) -> str:
        """The unique name that a training carries at the provider, by which it is found again after a crash."""
        return f"easel-{self.id}" if self.round == 1 else f"easel-{self.id}-{self.round}"


class IllegalMove(Exception):
    """A transition that the table does not hold: a fault of ours."""


def allow(before: JobState, after: JobState) -> None:
    """Raise `IllegalMove` unless the table has this transition. Staying in a state is no move."""
    if before is not after and after not in TRANSITIONS[before]:
        raise IllegalMove(f"{before} → {after}")


def new_job(owner_id: int, *, provider: ProviderName, spec: Spec, address: Address, now: datetime) -> Job:
    """A job at its beginning. It begins when its card is up; `FIND_CARD` is when somebody asks where that is."""
    return Job(
        id=new_job_id(),
        owner_id=owner_id,
        provider=provider,
        spec=spec,
        state=JobState.GATHERING if isinstance(spec, TrainingSpec) else JobState.QUEUED,
        address=address,
        created_at=now,
        state_since=now,
        due_at=now + FIND_CARD,
    )
