"""One budget a paying account: how many pictures a minute may be ordered, how many questions a second asked."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_REMEMBERED: Final = 10_000
_QUESTIONS: Final = 60.0
_QUESTIONS_PER_SECOND: Final = 5.0
_ROUNDING: Final = 1e-5
"""More than any rate brings in the microsecond to which a moment is rounded: who comes back when told is served."""

Payer = tuple[str, int]
"""Provider and person."""


@dataclass(slots=True)
class _Bucket:
    """Fills by `rate` a second up to `size`."""

    size: float
    rate: float
    level: float
    since: datetime

    def take(self, amount: float, now: datetime) -> datetime | None:
        """Take and return None, or take nothing and return when it will be there."""
        self.level = min(self.size, self.level + (now - self.since).total_seconds() * self.rate)
        self.since = now
        amount = min(amount, self.size)
        if self.level + _ROUNDING >= amount:
            self.level -= amount
            return None
        return now + timedelta(seconds=(amount - self.level) / self.rate)


class Budgets:
    """Token buckets by payer, and the pauses that a provider asked for."""

    def __init__(self, *, images_per_minute: int) -> None:
        self._images_per_minute = images_per_minute
        self._images: OrderedDict[Payer, _Bucket] = OrderedDict()
        self._questions: OrderedDict[Payer, _Bucket] = OrderedDict()
        self._held: dict[Payer, datetime] = {}

    def order(self, payer: Payer, *, images: int, now: datetime) -> datetime | None:
        """None when `images` may be ordered now, else when to come back."""
        size = float(self._images_per_minute)
        return self._take(self._images, payer, images, now, size=size, rate=size / 60)

    def question(self, payer: Payer, *, now: datetime) -> datetime | None:
        """None when a question may be asked now, else when to come back."""
        return self._take(self._questions, payer, 1, now, size=_QUESTIONS, rate=_QUESTIONS_PER_SECOND)

    def hold(self, payer: Payer, *, until: datetime) -> None:
        """The provider said to slow down: nothing for this payer before `until`."""
        self._held[payer] = max(until, self._held.get(payer, until))

    def _take(
        self,
        buckets: OrderedDict[Payer, _Bucket],
        payer: Payer,
        amount: float,
        now: datetime,
        *,
        size: float,
        rate: float,
    ) -> datetime | None:
        held = self._held.get(payer)
        if held is not None:
            if now < held:
                return held
            del self._held[payer]
        bucket = buckets.setdefault(payer, _Bucket(size, rate, size, now))
        buckets.move_to_end(payer)
        if len(buckets) > _REMEMBERED:
            buckets.popitem(last=False)
        return bucket.take(amount, now)
