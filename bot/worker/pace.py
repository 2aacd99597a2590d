"""How long to wait: between two looks at a task, and after a failure. Seconds throughout."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Final

from bot.domain.jobs import Job
from bot.domain.specs import TrainingSpec

_JITTER: Final = 0.1
_STUCK: Final = 300.0
_LONGEST: Final = 300.0


def next_look(job: Job, *, now: datetime, chance: random.Random) -> float:
    """Seconds until a running job is looked at again.

    From the provider's estimate where there is one, else from how long it has been running: soon at first, then ever
    further apart. A stuck job is looked at every five minutes.
    """
    if job.stuck_since is not None:
        return _around(_STUCK, chance)
    elapsed = max(0.0, (now - (job.submitted_at or job.state_since)).total_seconds())
    left = None if job.progress.ready_at is None else (job.progress.ready_at - now).total_seconds()
    if isinstance(job.spec, TrainingSpec):
        seconds = _clamped(elapsed * 0.1, 2, 20) if left is None else _clamped(left * 0.15, 2, 30)
    else:
        seconds = _clamped(elapsed * 0.2, 1, 5) if left is None else _clamped(left * 0.4, 1, 5)
    return _around(seconds, chance)


def back_off(attempts: int, *, chance: random.Random, first: float = 2.0, longest: float = _LONGEST) -> float:
    """Seconds until the next try after `attempts` failed ones: doubling, with jitter, up to `longest`."""
    bound = min(longest, first * 2.0 ** max(-2, min(attempts, 16)))
    return chance.uniform(bound / 2, bound)


def _clamped(seconds: float, least: float, most: float) -> float:
    return min(most, max(least, seconds))


def _around(seconds: float, chance: random.Random) -> float:
    return seconds * chance.uniform(1 - _JITTER, 1 + _JITTER)
