"""Fetching attached files from Discord's file servers: named hosts only, to disk, never more than allowed.

Not a provider, but a remote service all the same: it lives here because here is where HTTP is spoken.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

from bot.domain.errors import PicturesGone, PicturesUnreachable

_TRIES: Final = 3
_TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
_DEADLINE: Final = 180.0
_PIECE: Final = 128 * 1024


class TooLarge(Exception):
    """The file is larger than it may be."""


class Attachments:
    """A client for the hosts of `DISCORD_CDN_HOSTS` (`host` or `host:port`). Plain http is for loopback only."""

    def __init__(self, client: httpx.AsyncClient, *, hosts: Sequence[str]) -> None:
        self._client = client
        self._hosts = frozenset(host.strip().lower() for host in hosts)

    async def fetch(self, url: str, target: Path, *, limit: int) -> None:
        """Stream a file to `target`.

        Errors: `PicturesGone` (expired, deleted, a foreign address), `PicturesUnreachable`, `TooLarge` (bytes).
        """
        address = self._allowed(url)
        for attempt in range(1, _TRIES + 1):
            try:
                async with asyncio.timeout(_DEADLINE):
                    return await self._stream(address, target, limit=limit)
            except (httpx.TransportError, TimeoutError, PicturesUnreachable):
                if attempt == _TRIES:
                    raise PicturesUnreachable() from None
                await asyncio.sleep(0.3 * attempt)
        raise PicturesUnreachable()

    def _allowed(self, url: str) -> httpx.URL:
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL:
            raise PicturesGone() from None
        host = address.host.lower()
        named = {host, f"{host}:{address.port}"} if address.port is not None else {host}
        secure = address.scheme == "https" or (address.scheme == "http" and _loopback(host))
        if not secure or address.userinfo or not named & self._hosts:
            raise PicturesGone()
        return address

    async def _stream(self, address: httpx.URL, target: Path, *, limit: int) -> None:
        async with self._client.stream("GET", address, timeout=_TIMEOUT, follow_redirects=False) as answer:
            if answer.status_code >= 500 or answer.status_code == 429:
                raise PicturesUnreachable()
            if answer.status_code != 200:
                raise PicturesGone()
            if int(answer.headers.get("Content-Length") or 0) > limit:
                raise TooLarge()
            received = 0
            with target.open("wb") as file:
                async for piece in answer.aiter_bytes(_PIECE):
                    received += len(piece)
                    if received > limit:
                        raise TooLarge()
                    await asyncio.to_thread(file.write, piece)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
