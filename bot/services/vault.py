"""The vault: people's API keys, checked before they are kept, sealed while they rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.domain.clock import Clock
from bot.domain.errors import KeyUnreadable, NoKey, ProviderRefusal
from bot.domain.keys import ApiKey
from bot.domain.models import ProviderName
from bot.providers.base import Provider
from bot.services.cipher import Cipher, Unreadable
from bot.storage.database import Database
from bot.storage.keys import StoredKey


@dataclass(frozen=True, slots=True)
class KeyShown:
    """What a person may see of a key. `balance` in US dollars; `problem` where the live check failed."""

    provider: ProviderName
    fingerprint: str
    added_at: datetime
    used_at: datetime | None
    balance: Decimal | None
    problem: ProviderRefusal | KeyUnreadable | None = None


class Vault:
    """Keys in and out. Nothing here returns or logs a key except `key_of`, as an `ApiKey`."""

    def __init__(
        self,
        database: Database,
        *,
        cipher: Cipher,
        providers: Mapping[ProviderName, Provider],
        clock: Clock,
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._providers = providers
        self._clock = clock

    async def store(self, owner_id: int, provider: ProviderName, text: str) -> KeyShown:
        """Check a key with a live call and keep it. Errors: `BadKey`, and the provider's refusals."""
        key = ApiKey(text)
        account = await self._providers[provider].account(key)
        stored = StoredKey(
            owner_id=owner_id,
            provider=provider,
            sealed=self._cipher.seal(key.reveal(), about=_about(owner_id, provider)),
            fingerprint=key.fingerprint,
            added_at=self._clock.now(),
        )
        async with self._database.write() as tx:
            await tx.keys.put(stored)
        return KeyShown(provider, key.fingerprint, stored.added_at, None, account.balance)

    async def key_of(self, owner_id: int, provider: ProviderName) -> ApiKey:
        """The person's key, for a call to the provider. Errors: `NoKey`, `KeyUnreadable`."""
        async with self._database.read() as tx:
            stored = await tx.keys.get(owner_id, provider)
        if stored is None:
            raise NoKey(provider=provider)
        return self._opened(stored)

    async def used(self, owner_id: int, provider: ProviderName) -> None:
        """Note that an order was paid with the key."""
        async with self._database.write() as tx:
            await tx.keys.touch(owner_id, provider, now=self._clock.now())

    async def show(self, owner_id: int) -> list[KeyShown]:
        """A person's keys with their live balance."""
        async with self._database.read() as tx:
            stored = await tx.keys.of(owner_id)
        return [await self._shown(key) for key in stored]

    async def remove(self, owner_id: int, provider: ProviderName) -> bool:
        """Forget a key; whether there was one."""
        async with self._database.write() as tx:
            return await tx.keys.remove(owner_id, provider)

    async def count(self) -> tuple[int, int]:
        """How many stored keys can be read, and how many cannot."""
        async with self._database.read() as tx:
            stored = await tx.keys.all()
        readable = sum(self._readable(key) for key in stored)
        return readable, len(stored) - readable

    async def rotate(self) -> tuple[int, int]:
        """Seal every key anew under the newest encryption key: how many were, how many cannot be read."""
        async with self._database.read() as tx:
            stored = await tx.keys.all()
        renewed = unreadable = 0
        for key in stored:
            if self._cipher.is_newest(key.sealed):
                continue
            try:
                opened = self._opened(key)
            except KeyUnreadable:
                unreadable += 1
                continue
            sealed = self._cipher.seal(opened.reveal(), about=_about(key.owner_id, key.provider))
            async with self._database.write() as tx:
                renewed += await tx.keys.reseal(key, sealed=sealed)
        return renewed, unreadable

    async def _shown(self, stored: StoredKey) -> KeyShown:
        balance: Decimal | None = None
        problem: ProviderRefusal | KeyUnreadable | None = None
        try:
            balance = (await self._providers[stored.provider].account(self._opened(stored))).balance
        except (ProviderRefusal, KeyUnreadable) as refusal:
            problem = refusal
        return KeyShown(
            stored.provider, stored.fingerprint, stored.added_at, stored.used_at, balance, problem
        )

    def _readable(self, stored: StoredKey) -> bool:
        try:
            self._opened(stored)
        except KeyUnreadable:
            return False
        return True

    def _opened(self, stored: StoredKey) -> ApiKey:
        try:
            return ApiKey(self._cipher.open(stored.sealed, about=_about(stored.owner_id, stored.provider)))
        except Unreadable:
            raise KeyUnreadable(provider=stored.provider) from None


def _about(owner_id: int, provider: ProviderName) -> str:
    return f"{owner_id}/{provider}"
