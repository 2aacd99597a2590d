"""Signed addresses of uploaded files: made here, checked by the CDN routes.

A link carries `ex` (expiry), `is` (issue), both hexadecimal Unix seconds, and `hm`, a signature over the path
and both. It lives one day (discord-platform §7); every answer that shows a file gives a fresh one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from bot.sandbox.clock import SandboxClock

LIFETIME = 24 * 3600
"""Seconds a link can be used."""


class Links:
    """Makes and checks the query of attachment addresses on `host` (`name:port`)."""

    def __init__(self, *, clock: SandboxClock) -> None:
        self.host = ""
        self._clock = clock
        self._key = secrets.token_bytes(32)

    def sign(self, path: str) -> str:
        """The absolute, signed address of `path`."""
        issued = int(self._clock.time())
        expires, start = f"{issued + LIFETIME:x}", f"{issued:x}"
        return f"http://{self.host}{path}?ex={expires}&is={start}&hm={self._mark(path, expires, start)}&"

    def holds(self, path: str, query: Mapping[str, str]) -> bool:
        """Whether the signature is ours and the link has not expired."""
        expires, start = query.get("ex", ""), query.get("is", "")
        if not hmac.compare_digest(query.get("hm", ""), self._mark(path, expires, start)):
            return False
        return int(expires, 16) > self._clock.time()

    def _mark(self, path: str, expires: str, start: str) -> str:
        return hmac.new(self._key, f"{path}|{expires}|{start}".encode(), hashlib.sha256).hexdigest()
