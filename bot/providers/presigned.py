"""Bytes to and from presigned addresses: the storage hosts of the services, which know no key.

This module speaks to aiohttp directly, for two reasons. A signature covers the address to the letter, and on its way
through httpx's transport yarl rewrites it (`%2F`, `%2B` in a query); only `yarl.URL(…, encoded=True)` leaves it alone.
And files go through here: bare aiohttp moves them with a fifth of the work.

What a status means to a job is decided by the caller. No key, no cookie and no redirect ever comes here.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, Literal

import aiohttp
from yarl import URL

from bot.providers.answers import Answer, Silence, seconds_of, silence_of
from bot.providers.http import Patience

CHUNK: Final = 128 * 1024
"""Bytes of a file in memory at a time."""

LOST: Final = (aiohttp.ClientError, TimeoutError, ConnectionError)
"""What aiohttp raises when a transfer fails. A full disk is none of it."""

_VISIBLE: Final = re.compile(r"[\x21-\x7e]{1,8192}")


def address_of(text: str, *, plain: bool) -> URL | None:
    """A presigned address exactly as it was given, or None where bytes must not go.

    It is HTTPS (HTTP only where `plain`), names a host, and carries neither a password nor anything that could end
    the request's first line.
    """
    if not _VISIBLE.fullmatch(text):
        return None
    try:
        address = URL(text, encoded=True)
        named = bool(address.host) and address.port is not None
    except ValueError:
        return None
    if address.scheme not in (("https", "http") if plain else ("https",)):
        return None
    return address if named and address.raw_user is None and address.raw_password is None else None


async def put_file(
    session: aiohttp.ClientSession, address: URL, source: Path, *, content_type: str, patience: Patience
) -> Answer | Silence:
    """Send a file's bytes in one PUT with its `Content-Length`, reading as they go.

    Errors: `OSError` when the file itself cannot be opened.
    """
    file = await _opened(source, "rb")
    try:
        size = os.fstat(file.fileno()).st_size
        headers = {"Content-Type": content_type, "Content-Length": str(size)}
        within = patience.transfer_of(size)
        try:
            async with (
                asyncio.timeout(within),
                session.put(
                    address,
                    data=_parts(file, size),
                    headers=headers,
                    allow_redirects=False,
                    timeout=_timeout(within, patience),
                ) as response,
            ):
                return await _answer(response)
        except LOST as error:
            return silence_of(error)
    finally:
        await asyncio.to_thread(file.close)


async def get_file(
    session: aiohttp.ClientSession,
    address: URL,
    target: Path,
    *,
    limit: int,
    accept: Callable[[bytes], bool],
    patience: Patience,
) -> Answer | Silence:
    """Fetch an address into `target`, which appears only when it is whole.

    A success that came whole has an empty body. Bytes whose first `CHUNK` is not accepted answer 415, more than
    `limit` of them 413: both are then this function's word and not the server's. Errors: `OSError` when `target`
    cannot be written.
    """
    part = target.with_name(f"{target.name}.part")
    within = patience.transfer_of(limit)
    file = await _opened(part, "wb")
    try:
        try:
            async with (
                asyncio.timeout(within),
                session.get(
                    address,
                    headers={"Accept": "*/*", "Accept-Encoding": "identity"},
                    allow_redirects=False,
                    timeout=_timeout(within, patience),
                ) as response,
            ):
                if not 200 <= response.status <= 299:
                    return await _answer(response)
                answer = await _received(response, file, limit=limit, accept=accept)
        except LOST as error:
            return silence_of(error)
        await asyncio.to_thread(file.close)
        if answer.ok:
            await asyncio.to_thread(part.replace, target)
        return answer
    finally:
        await asyncio.to_thread(file.close)
        await asyncio.to_thread(part.unlink, missing_ok=True)


async def _opened(path: Path, mode: Literal["rb", "wb"]) -> BinaryIO:
    """The file, opened off the event loop, and closed again where nobody waits for it any more."""
    opening = asyncio.ensure_future(asyncio.to_thread(_open, path, mode))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_discard)
        raise


def _open(path: Path, mode: Literal["rb", "wb"]) -> BinaryIO:
    return path.open(mode)


def _discard(opening: asyncio.Future[BinaryIO]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


async def _parts(file: BinaryIO, size: int) -> AsyncIterator[bytes]:
    left = size
    while left and (chunk := await asyncio.to_thread(file.read, min(CHUNK, left))):
        left -= len(chunk)
        yield chunk


async def _received(
    response: aiohttp.ClientResponse, file: BinaryIO, *, limit: int, accept: Callable[[bytes], bool]
) -> Answer:
    if (response.content_length or 0) > limit:
        return Answer(status=413)
    received = 0
    waiting = bytearray()
    async for piece in response.content.iter_chunked(CHUNK):
        waiting += piece
        if received + len(waiting) > limit:
            return Answer(status=413)
        if len(waiting) >= CHUNK:
            if not received and not accept(bytes(waiting)):
                return Answer(status=415)
            received += await asyncio.to_thread(file.write, bytes(waiting))
            waiting.clear()
    if not received and not accept(bytes(waiting)):
        return Answer(status=415)
    await asyncio.to_thread(file.write, bytes(waiting))
    return Answer(status=response.status)


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    body = await response.content.read(CHUNK)
    retry_after = seconds_of(response.headers.get("Retry-After"), now=datetime.now(UTC))
    return Answer(status=response.status, body=body, retry_after=retry_after)


def _timeout(within: float, patience: Patience) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=None, connect=2 * patience.connect, sock_connect=patience.connect, sock_read=patience.transfer
    )
