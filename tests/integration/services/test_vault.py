"""Keys: checked before they are kept, shown as fingerprints, sealed anew on rotation."""

from __future__ import annotations

import base64
from decimal import Decimal

import pytest

from bot.domain.errors import BadKey, BalanceEmpty, KeyRefused, KeyUnreadable, NoKey, ProviderDown
from bot.domain.keys import fingerprint
from bot.domain.models import ProviderName
from bot.services.cipher import Cipher
from bot.services.vault import Vault
from tests.clocks import NOON
from tests.house import ENCRYPTION_KEY, House
from tests.scripted import ScriptedProvider
from tests.values import ADA, BEN

NOVITA = ProviderName.NOVITA
KEY = "sk_ben-and-his-own-key"
NEWER = base64.b64encode(b"n" * 32).decode()


def vault_with(house: House, *encryption_keys: str) -> Vault:
    return Vault(
        house.database, cipher=Cipher(encryption_keys), providers={NOVITA: house.provider}, clock=house.clock
    )


async def stored_bytes(house: House, owner_id: int) -> bytes:
    async with house.database.read() as tx:
        stored = await tx.keys.get(owner_id, NOVITA)
    assert stored is not None
    return stored.sealed


async def test_a_key_that_works_is_stored_sealed_and_shown_by_its_fingerprint(house: House) -> None:
    shown = await house.vault.store(BEN, NOVITA, f" Bearer {KEY} ")
    assert (shown.fingerprint, shown.balance, shown.added_at) == (fingerprint(KEY), Decimal("12.50"), NOON)
    assert KEY not in repr(shown)
    assert KEY.encode() not in await stored_bytes(house, BEN)
    assert (await house.vault.key_of(BEN, NOVITA)).reveal() == KEY
    assert KEY.encode() not in (house.root / "easel.db").read_bytes()


@pytest.mark.parametrize("refusal", [KeyRefused(provider="novita"), ProviderDown(provider="novita")])
async def test_a_key_that_the_provider_does_not_confirm_is_not_kept(
    house: House, provider: ScriptedProvider, refusal: Exception
) -> None:
    provider.fails("account", refusal)
    with pytest.raises(type(refusal)):
        await house.vault.store(BEN, NOVITA, KEY)
    with pytest.raises(NoKey):
        await house.vault.key_of(BEN, NOVITA)


async def test_a_new_key_that_is_refused_leaves_the_old_one_in_place(
    house: House, provider: ScriptedProvider
) -> None:
    await house.vault.store(BEN, NOVITA, KEY)
    provider.fails("account", KeyRefused(provider="novita"))
    with pytest.raises(KeyRefused):
        await house.vault.store(BEN, NOVITA, "sk_another-key-of-ben")
    assert (await house.vault.key_of(BEN, NOVITA)).reveal() == KEY


async def test_what_cannot_be_a_key_is_not_shown_to_the_provider(
    house: House, provider: ScriptedProvider
) -> None:
    with pytest.raises(BadKey):
        await house.vault.store(BEN, NOVITA, "my key is secret")
    assert provider.calls == []


async def test_everybody_has_a_key_of_their_own(house: House) -> None:
    await house.vault.store(BEN, NOVITA, KEY)
    assert (await house.vault.key_of(ADA, NOVITA)).reveal() != KEY
    assert [key.fingerprint for key in await house.vault.show(BEN)] == [fingerprint(KEY)]


async def test_a_removed_key_is_gone_and_removing_it_again_says_so(house: House) -> None:
    assert await house.vault.remove(ADA, NOVITA)
    assert not await house.vault.remove(ADA, NOVITA)
    assert await house.vault.show(ADA) == []
    with pytest.raises(NoKey):
        await house.vault.key_of(ADA, NOVITA)


async def test_a_use_is_noted(house: House) -> None:
    later = house.clock.advance(hours=1)
    await house.vault.used(ADA, NOVITA)
    assert [key.used_at for key in await house.vault.show(ADA)] == [later]


async def test_a_key_that_stopped_working_is_still_shown_with_what_is_wrong(
    house: House, provider: ScriptedProvider
) -> None:
    provider.fails("account", BalanceEmpty(provider="novita"))
    (shown,) = await house.vault.show(ADA)
    assert shown.balance is None
    assert isinstance(shown.problem, BalanceEmpty)


async def test_a_key_moved_to_another_persons_row_does_not_open(house: House) -> None:
    async with house.database.write() as tx:
        mine = await tx.keys.get(ADA, NOVITA)
        assert mine is not None
        await tx.keys.put(type(mine)(BEN, NOVITA, mine.sealed, mine.fingerprint, mine.added_at))
    with pytest.raises(KeyUnreadable):
        await house.vault.key_of(BEN, NOVITA)


async def test_a_key_under_an_encryption_key_that_is_gone_is_unreadable_and_counted(house: House) -> None:
    await house.vault.store(BEN, NOVITA, KEY)
    blind = vault_with(house, NEWER)
    with pytest.raises(KeyUnreadable):
        await blind.key_of(BEN, NOVITA)
    (shown,) = await blind.show(BEN)
    assert isinstance(shown.problem, KeyUnreadable)
    assert await blind.count() == (0, 2)
    assert await house.vault.count() == (2, 0)


async def test_rotation_seals_every_key_anew_and_then_only_the_newest_is_needed(house: House) -> None:
    await house.vault.store(BEN, NOVITA, KEY)
    rotating = vault_with(house, NEWER, ENCRYPTION_KEY)
    assert await rotating.rotate() == (2, 0)
    assert await rotating.rotate() == (0, 0)
    assert (await vault_with(house, NEWER).key_of(BEN, NOVITA)).reveal() == KEY
    with pytest.raises(KeyUnreadable):
        await house.vault.key_of(BEN, NOVITA)


async def test_rotation_leaves_what_it_cannot_read_as_it_is_and_counts_it(house: House) -> None:
    before = await stored_bytes(house, ADA)
    assert await vault_with(house, NEWER, "11" * 32).rotate() == (0, 1)
    assert await stored_bytes(house, ADA) == before
