"""What a machine asks of the running process: does it live (`/health`), is it ready (`/ready`), how does it stand
(`/metrics`).

Here live the small server, the checks, the measurements that nobody else makes, and the figures by their names. Where
the figures come from is told by `bot.app`; nothing here knows a job, a database or Discord.
"""

from __future__ import annotations

import asyncio
import logging
import math
import platform
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot import __version__
from bot.services.bell import Bell
from bot.telemetry import Tally

log = logging.getLogger(__name__)

STALLED: Final = 120.0
"""Seconds without a turn of the poller's loop after which only a restart helps."""
_FRESH: Final = 5.0
"""Seconds for which counts from the database are good."""
_PATIENCE: Final = 1.0
"""Seconds that an answer waits for newer counts before it gives the old ones."""
_LAG_EVERY: Final = 1.0
_LAG_KEPT: Final = 30

Check = Callable[[], bool]
Time = Callable[[], float]


class Health:
    """Named checks. `live`: the process does its work; `ready`: people are answered as well."""

    def __init__(self) -> None:
        self._live: dict[str, Check] = {}
        self._ready: dict[str, Check] = {}

    def live(self, name: str, check: Check) -> None:
        """A check whose failure means that a restart would help."""
        self._live[name] = check

    def ready(self, name: str, check: Check) -> None:
        """A check whose failure means that people wait."""
        self._ready[name] = check

    def is_live(self) -> dict[str, bool]:
        """Every check of liveness."""
        return {name: check() for name, check in self._live.items()}

    def is_ready(self) -> dict[str, bool]:
        """Every check of both kinds."""
        return {**self.is_live(), **{name: check() for name, check in self._ready.items()}}


class Heartbeat(Bell):
    """The bell with the pulse of the loop that listens to it, which asks for what it heard once a turn.

    A loop that has been started and takes no turn yet is well: it waits until another process leaves it the
    database's jobs. One that has to be started again and again is not.
    """

    def __init__(self, *, now: Time = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._since: float | None = None
        self._starts = 0

    @property
    def silence(self) -> float:
        """Seconds since the listener's last turn, or since it was started after it; 0 before it was started."""
        return 0.0 if self._since is None else self._now() - self._since

    def listening(self, loop: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """The loop, with its starts noted."""

        async def run() -> None:
            self._starts += 1
            if self._starts == 1:
                self._since = self._now()
            await loop()

        return run

    def heard(self) -> list[str]:
        """The jobs rung for; asked once a turn."""
        self._since, self._starts = self._now(), 0
        return super().heard()

    def beats(self) -> bool:
        """Whether the listener takes its turns, or waits for its first."""
        return self._starts == 1 or self.silence < STALLED


class Lag:
    """How late timers are: what a blocked event loop does to everybody."""

    def __init__(self, *, every: float = _LAG_EVERY) -> None:
        self._every = every
        self._late: deque[float] = deque(maxlen=_LAG_KEPT)

    @property
    def worst(self) -> float:
        """Seconds, the worst of the last thirty measurements, one a second."""
        return max(self._late, default=0.0)

    async def run(self) -> None:
        """Measure, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + self._every
            await asyncio.sleep(self._every)
            self._late.append(max(0.0, loop.time() - due))


class Counts:
    """Counts from the database, a few seconds old at most times, and old rather than waited for when it is slow."""

    def __init__(
        self, ask: Callable[[], Awaitable[Mapping[str, int]]], *, now: Time = time.monotonic
    ) -> None:
        self._ask = ask
        self._now = now
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = -math.inf
        self.latest: Mapping[str, int] = {}
        self.well = False

    async def refresh(self) -> None:
        """Ask again when what is known is no longer fresh; wait for a second at most."""
        if self._asking is None and self._now() - self._asked_at < _FRESH:
            return
        if self._asking is None:
            self._asking = asyncio.create_task(self._counted(), name="counts")
        _, late = await asyncio.wait([self._asking], timeout=_PATIENCE)
        if late:
            self.well = False

    async def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait([self._asking])

    async def _counted(self) -> None:
        try:
            self.latest = await self._ask()
            self.well = True
        except Exception:
            log.warning("jobs could not be counted", exc_info=True)
            self.well = False
        finally:
            self._asked_at = self._now()
            self._asking = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Where the figures come from. `latencies`: shard and seconds; `restarts` and `alive` by a loop's name."""

    counts: Counts
    heartbeat: Heartbeat
    lag: Lag
    tally: Tally
    watched: Callable[[], int]
    restarts: Mapping[str, int]
    alive: Mapping[str, bool]
    connected: Check
    latencies: Callable[[], Sequence[tuple[int, float]]]


class Figures(Collector):
    """The signs as Prometheus reads them."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs

    def collect(self) -> Iterator[Metric]:
        """Every figure as it is at this moment."""
        signs, tally = self._signs, self._signs.tally
        build = {"version": __version__, "python": platform.python_version()}
        yield InfoMetricFamily("easel_build", "What runs here.", build)
        yield _gauges("easel_jobs", "Jobs in the database.", "state", signs.counts.latest)
        yield _gauge("easel_database_up", "Whether jobs could be counted just now.", signs.counts.well)
        yield _gauge("easel_jobs_watched", "Jobs that wait for the poller's next step.", signs.watched())
        yield _gauge(
            "easel_poller_silence_seconds",
            "Time since the poller's last turn.",
            signs.heartbeat.silence,
        )
        yield _gauges("easel_loop_up", "Whether a loop of the worker runs.", "loop", signs.alive)
        yield _counters("easel_loop_restarts", "Restarts of a loop that failed.", ("loop",), signs.restarts)
        yield _gauge("easel_gateway_up", "Whether every shard is connected and ready.", signs.connected())
        yield _gauges(
            "easel_gateway_latency_seconds",
            "Between a heartbeat and Discord's answer.",
            "shard",
            {str(shard): late for shard, late in signs.latencies() if math.isfinite(late)},
        )
        yield _gauge(
            "easel_event_loop_lag_seconds", "How late timers were, the worst of 30 s.", signs.lag.worst
        )
        yield _counters("easel_deliveries", "Results brought to people.", ("way",), tally.deliveries)
        yield _counters(
            "easel_refusals",
            "Refusals, to a person or of a step of a job.",
            ("code", "of"),
            tally.refusals,
        )
        yield _counters(
            "easel_log_records", "Log records that ask for attention.", ("level",), tally.troubles
        )


@asynccontextmanager
async def served(health: Health, signs: Signs, *, host: str, port: int) -> AsyncIterator[None]:
    """Serve the three pages while the block runs; nothing on port 0. Errors: `OSError` when nobody can listen there."""
    if port == 0:
        yield
        return
    registry = CollectorRegistry()
    registry.register(Figures(signs))
    ProcessCollector(namespace="easel", registry=registry)

    async def live(_: web.Request) -> web.Response:
        return _told(health.is_live())

    async def ready(_: web.Request) -> web.Response:
        await signs.counts.refresh()
        return _told(health.is_ready())

    async def metrics(_: web.Request) -> web.Response:
        await signs.counts.refresh()
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    server = web.Application()
    server.add_routes([web.get("/health", live), web.get("/ready", ready), web.get("/metrics", metrics)])
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=2)
    await runner.setup()
    measuring = asyncio.create_task(signs.lag.run(), name="lag")
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        measuring.cancel()
        await runner.cleanup()
        await signs.counts.close()


def _told(checks: dict[str, bool]) -> web.Response:
    return web.json_response(checks, status=200 if all(checks.values()) else 503)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _gauges(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _counters(
    name: str, what: str, labels: Sequence[str], values: Mapping[str, int] | Mapping[tuple[str, ...], int]
) -> Metric:
    family = CounterMetricFamily(name, what, labels=labels)
    for key, value in values.items():
        family.add_metric([key] if isinstance(key, str) else list(key), value)
    return family
