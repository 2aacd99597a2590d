"""Fetching attached files from Discord's file servers: named hosts only, to disk, never more than allowed.

Not a provider, but a remote service all the same: it lives here because here is where HTTP is spoken.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from yarl import URL

from bot.domain.errors import PicturesGone, PicturesUnreachable
from bot.providers.answers import Silence
from bot.providers.http import Http, Patience, Trouble, persist
from bot.providers.presigned import address_of, get_file

_TOO_LARGE: Final = 413


class TooLarge(Exception):
    """The file is larger than it may be."""


class Attachments:
    """Discord's file servers: the hosts of `DISCORD_CDN_HOSTS` (`host` or `host:port`), http only on loopback."""

    def __init__(self, connections: Http, *, hosts: Sequence[str], patience: Patience | None = None) -> None:
        self._session = connections.raw
        self._hosts = frozenset(host.strip().lower() for host in hosts)
        self._patience = patience or Patience()

    async def fetch(self, url: str, target: Path, *, limit: int) -> None:
        """Stream a file to `target`, which appears only when it is whole.

        Errors: `PicturesGone` (expired, deleted, a foreign address), `PicturesUnreachable`, `TooLarge` (bytes).
        """
        address = self._allowed(url)

        async def once() -> None:
            answer = await get_file(
                self._session, address, target, limit=limit, accept=lambda _: True, patience=self._patience
            )
            if isinstance(answer, Silence):
                raise Trouble(PicturesUnreachable(), again=True)
            if answer.ok:
                return
            if answer.status == _TOO_LARGE:
                raise TooLarge()
            if answer.status >= 500 or answer.status == 429:
                raise Trouble(PicturesUnreachable(), again=True, retry_after=answer.retry_after)
            raise PicturesGone()

        await persist(
            once,
            late=PicturesUnreachable(),
            within=self._patience.questions + self._patience.transfer_of(limit),
            tries=self._patience.tries,
            patience=self._patience,
        )

    def _allowed(self, url: str) -> URL:
        address = address_of(url, plain=True)
        if address is None:
            raise PicturesGone()
        host = (address.host or "").lower()
        secure = address.scheme == "https" or _loopback(host)
        if not secure or not {host, f"{host}:{address.port}"} & self._hosts:
            raise PicturesGone()
        return address


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
