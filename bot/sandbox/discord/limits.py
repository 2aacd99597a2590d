"""Rate limits: buckets per route and place, the global one, their headers, and the body of a 429.

Discord publishes no figures and asks to read the headers (discord-platform §10). The defaults here are about
twice what is commonly seen for messages, so that a bot which heeds the headers is seldom held up. Time is real
time and not the sandbox's clock, because clients sleep in real time.
"""

from __future__ import annotations

import hashlib
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_SNOWFLAKE = re.compile(r"(?<=/)\d+(?=/|$)")
_MAJOR = re.compile(r"^/(channels|guilds|webhooks|interactions)/([^/]+)(/[^/]{30,})?")


@dataclass(frozen=True, slots=True)
class Rule:
    """`limit` requests in `window` seconds, for requests whose method and path match."""

    name: str
    method: str
    path: str
    limit: int
    window: float

    def covers(self, method: str, path: str) -> bool:
        return self.method == method and re.fullmatch(self.path, path) is not None


@dataclass(slots=True)
class Bucket:
    rule: Rule
    used: int = 0
    resets: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The headers of an answer, and the body of a 429 when the request is refused."""

    headers: dict[str, str]
    refused: dict[str, Any] | None = None


DEFAULTS = (
    Rule("create", "POST", r"/channels/\d+/messages", 10, 5.0),
    Rule("edit", "PATCH", r"/channels/\d+/messages/\d+", 10, 5.0),
    Rule("delete", "DELETE", r"/channels/\d+/messages/\d+", 10, 5.0),
    Rule("followup", "POST", r"/webhooks/\d+/[^/]+", 10, 5.0),
    Rule("followup-edit", "PATCH", r"/webhooks/\d+/[^/]+/messages/[^/]+", 10, 5.0),
    Rule("sync", "PUT", r"/applications/\d+/commands", 5, 20.0),
    Rule("open-dm", "POST", r"/users/@me/channels", 20, 5.0),
)
REST = Rule("rest", "*", r".*", 100, 5.0)


class Limits:
    """Counts requests. `change` gives a rule other figures, e.g. `limits.change("create", limit=1)`; `now` tells
    the time in Unix seconds.
    """

    def __init__(self) -> None:
        self.now: Callable[[], float] = time.time
        self._rules = {rule.name: rule for rule in (*DEFAULTS, REST)}
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._second = (0.0, 0)
        self.per_second = 50

    def change(self, name: str, *, limit: int, window: float = 5.0) -> None:
        """New figures for the rule `name`; what was counted so far is forgotten."""
        old = self._rules[name]
        self._rules[name] = Rule(old.name, old.method, old.path, limit, window)
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if bucket.rule.name != name}

    def count(self, method: str, path: str, *, counted_globally: bool) -> Verdict:
        """Count one request and say whether it may pass."""
        now = self.now()
        if counted_globally and (wait := self._global(now)):
            return Verdict(
                {"X-RateLimit-Global": "true"} | _refusal_headers("global", wait),
                _body(wait, everywhere=True),
            )
        rule = next((each for each in self._rules.values() if each.covers(method, path)), self._rules["rest"])
        major = _MAJOR.match(path)
        place = major[0] if major else ""
        route = rule.name if rule.name != "rest" else f"{method} {_SNOWFLAKE.sub('{id}', path)}"
        bucket = self._buckets.get((route, place))
        if bucket is None or bucket.resets <= now:
            bucket = self._buckets[route, place] = Bucket(rule, 0, now + rule.window)
        left = bucket.resets - now
        if bucket.used >= rule.limit:
            headers = _headers(bucket, route, left) | _refusal_headers("user", left)
            return Verdict(headers, _body(left, everywhere=False))
        bucket.used += 1
        return Verdict(_headers(bucket, route, left))

    def _global(self, now: float) -> float:
        started, used = self._second
        if now - started >= 1:
            started, used = now, 0
        if used >= self.per_second:
            return started + 1 - now
        self._second = (started, used + 1)
        return 0.0


def refusal(retry_after: float, *, scope: str) -> Verdict:
    """A 429 that was asked for."""
    headers = _refusal_headers(scope, retry_after)
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    return Verdict(headers, _body(retry_after, everywhere=scope == "global"))


def _headers(bucket: Bucket, route: str, left: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(bucket.rule.limit),
        "X-RateLimit-Remaining": str(max(0, bucket.rule.limit - bucket.used)),
        "X-RateLimit-Reset": f"{bucket.resets:.3f}",
        "X-RateLimit-Reset-After": f"{left:.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
    }


def _refusal_headers(scope: str, wait: float) -> dict[str, str]:
    return {"Via": "1.1 google", "Retry-After": str(math.ceil(wait)), "X-RateLimit-Scope": scope}


def _body(wait: float, *, everywhere: bool) -> dict[str, Any]:
    return {
        "message": "You are being rate limited.",
        "retry_after": round(wait, 3),
        "global": everywhere,
        "code": 0,
    }
