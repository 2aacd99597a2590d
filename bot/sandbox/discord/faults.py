"""Misbehaviour on request: the next matching REST request is refused, lost, delayed or answered wrongly."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.sandbox.discord.pulse import Pulse


@dataclass(slots=True)
class Fault:
    """What shall happen. `after`: the request is carried out first, then its answer is replaced or lost.

    `method` `*` is any; `times` None is until it is removed.
    """

    method: str
    path: re.Pattern[str]
    status: int | None
    code: int
    message: str
    retry_after: float | None
    scope: str
    drop: bool
    hang: bool
    delay: float
    after: bool
    times: int | None
    pulse: Pulse = field(repr=False)
    struck: int = 0

    def matches(self, method: str, path: str) -> bool:
        left = self.times is None or self.struck < self.times
        return left and self.method in ("*", method) and self.path.search(path) is not None

    @property
    def only_slows(self) -> bool:
        """It stays, and all it does is that a request takes longer: others may strike the same request."""
        told = self.drop or self.hang or self.status is not None or self.retry_after is not None
        return self.times is None and not told

    async def happened(self, *, within: float = 30) -> bool:
        """Wait until it struck as often as it was asked to, or once when it stays; False when it did not."""
        return bool(await self.pulse.until(lambda: self.struck >= (self.times or 1), within=within))


class Faults:
    """The waiting faults, first come first served."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._waiting: list[Fault] = []

    def next(
        self,
        method: str,
        path_regex: str,
        *,
        status: int | None = None,
        code: int = 0,
        message: str = "a fault on request",
        retry_after: float | None = None,
        scope: str = "user",
        drop: bool = False,
        hang: bool = False,
        delay: float = 0.0,
        after: bool = False,
        times: int | None = 1,
    ) -> Fault:
        """Make the next `times` requests of `method` to a path (below /api/v10) matching `path_regex` fail.

        `method` `*` means any; `times` None means all of them until the fault is removed.

        `status`/`code`/`message`: refused so; `retry_after` alone means 429 (`scope` user, shared or global).
        `drop`: the connection is cut without an answer. `hang`: no answer until the client goes away.
        `delay`: real seconds before anything else happens; alone, the request is only slow.
        """
        if retry_after is not None and status is None:
            status = 429
        fault = Fault(
            method=method,
            path=re.compile(path_regex),
            status=status,
            code=code,
            message=message,
            retry_after=retry_after,
            scope=scope,
            drop=drop,
            hang=hang,
            delay=delay,
            after=after,
            times=times,
            pulse=self._pulse,
        )
        self._waiting.append(fault)
        return fault

    def take(self, method: str, path: str) -> list[Fault]:
        """The faults that strike this request; counts them. At most one, the last, does more than slow it down."""
        matching = [fault for fault in self._waiting if fault.matches(method, path)]
        struck = [fault for fault in matching if fault.only_slows]
        struck += [fault for fault in matching if not fault.only_slows][:1]
        for fault in struck:
            fault.struck += 1
            self._pulse.beat()
        return struck

    def remove(self, fault: Fault) -> None:
        """End one fault."""
        self._waiting.remove(fault)

    def clear(self) -> None:
        """Let everything work again."""
        self._waiting.clear()
