"""The relay of one picture to Novita's storage: an address asked for just before its PUT, another when it is refused.

An address lives for two minutes or ten (novita-api §14.17), takes one object, and answers as S3 does.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from yarl import URL

from bot.domain.errors import ProviderDown, ProviderNonsense, UploadRefused
from bot.domain.keys import ApiKey
from bot.providers.answers import Answer, Silence
from bot.providers.base import AssetId
from bot.providers.http import Line, Trouble
from bot.providers.novita import wire
from bot.providers.novita.errors import NAME
from bot.providers.presigned import address_of, put_file

PATH: Final = "/v3/assets/training_dataset"
ADDRESSES: Final = 3
PUTS_PER_ADDRESS: Final = 2
"""A server that refuses before it has read everything may look like a broken connection: then a new address helps."""
LIFETIME: Final = 120.0
"""Seconds that an address lives when it does not say so itself (novita-api §2.2)."""

_CODE: Final = re.compile(rb"<Code>([A-Za-z]{1,64})</Code>")
_SAME_AGAIN: Final = frozenset({b"SlowDown", b"RequestTimeout", b"InternalError", b"ServiceUnavailable"})
_STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(slots=True)
class _Slot:
    """An address and how it did. `until` on the line's monotonic clock."""

    asset: AssetId
    address: URL
    until: float
    puts: int = 0


def lifetime(address: URL, *, now: float) -> float:
    """Seconds that a presigned address has left at Unix time `now`.

    What has passed since `X-Amz-Date` is subtracted only where that is plausible: with a wrong clock, here or there,
    the address counts as new.
    """
    query = _query(address)
    try:
        lives = float(int(query["X-Amz-Expires"]))
    except (KeyError, ValueError):
        lives = LIFETIME
    try:
        signed = datetime.strptime(query["X-Amz-Date"], _STAMP).replace(tzinfo=UTC).timestamp()
    except (KeyError, ValueError):
        return lives
    age = now - signed
    return lives - age if 0 <= age < lives else lives


def _query(address: URL) -> dict[str, str]:
    """The plain parameters of a presigned query, undecoded."""
    pairs = (pair.partition("=") for pair in address.raw_query_string.split("&"))
    return {name: value for name, _, value in pairs}


class Relay:
    """One picture on its way. Used once."""

    def __init__(
        self,
        line: Line,
        key: ApiKey,
        picture: Path,
        *,
        extension: str,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._line = line
        self._key = key
        self._picture = picture
        self._extension = "jpeg" if extension == "jpg" else extension
        self._wall = wall
        self._slot: _Slot | None = None
        self._asked = 0

    async def run(self) -> AssetId:
        """Bring the picture there; its id in the type it came in.

        Errors: `UploadRefused` when the storage took it at no address, `ProviderDown` when it could not be reached,
        and what asking for an address may raise.
        """
        size = self._picture.stat().st_size
        patience = self._line.patience
        within = ADDRESSES * patience.questions + ADDRESSES * PUTS_PER_ADDRESS * patience.transfer_of(size)
        return await self._line.persist(
            self._once, call="PUT", within=within, tries=ADDRESSES * PUTS_PER_ADDRESS
        )

    async def _once(self) -> AssetId:
        slot = await self._usable()
        slot.puts += 1
        answer = await put_file(
            self._line.raw,
            slot.address,
            self._picture,
            content_type=f"image/{self._extension}",
            patience=self._line.patience,
        )
        if isinstance(answer, Silence):
            raise self._trouble(ProviderDown(provider=NAME))
        if answer.ok:
            return slot.asset
        raise self._refused(answer)

    async def _usable(self) -> _Slot:
        """The slot in use, or a new one where it is worn out, refused or over."""
        slot = self._slot
        if slot is not None and slot.puts < PUTS_PER_ADDRESS and self._line.clock() < slot.until:
            return slot
        if self._asked >= ADDRESSES:
            raise Trouble(ProviderDown(provider=NAME), again=False)
        self._asked += 1
        given = await self._line.ask(
            PATH,
            key=self._key,
            body={"file_extension": self._extension},
            parse=lambda document: wire.read(wire.UploadSlot, document),
        )
        address = address_of(given.upload_url, plain=self._line.plain)
        if address is None:
            raise ProviderNonsense(provider=NAME)
        until = self._line.clock() + lifetime(address, now=self._wall())
        self._slot = _Slot(asset=given.assets_id, address=address, until=until)
        return self._slot

    def _refused(self, answer: Answer) -> Trouble:
        code = match[1] if (match := _CODE.search(answer.body)) else b""
        if answer.status >= 500 or answer.status == 429 or code in _SAME_AGAIN:
            return self._trouble(ProviderDown(provider=NAME), retry_after=answer.retry_after)
        self._slot = None
        another = answer.status == 403 or 300 <= answer.status <= 399 or code == b"ExpiredToken"
        return Trouble(UploadRefused(provider=NAME), again=another and self._asked < ADDRESSES, now=True)

    def _trouble(self, refusal: ProviderDown, *, retry_after: float | None = None) -> Trouble:
        worn_out = self._asked >= ADDRESSES and self._slot is not None and self._slot.puts >= PUTS_PER_ADDRESS
        return Trouble(refusal, again=not worn_out, retry_after=retry_after)
