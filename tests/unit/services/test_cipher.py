"""Sealing: what is opened again, and everything that must not be."""

from __future__ import annotations

import base64
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.cipher import BadEncryptionKey, Cipher, Unreadable, decode_key

RAW = bytes(range(32))
OLD = base64.b64encode(RAW).decode()
NEW = base64.b64encode(bytes(reversed(RAW))).decode()


@given(st.text(max_size=200), st.text(max_size=40))
def test_what_was_sealed_is_opened_again(secret: str, about: str) -> None:
    cipher = Cipher([OLD])
    sealed = cipher.seal(secret, about=about)
    assert cipher.open(sealed, about=about) == secret
    assert len(secret) < 8 or secret.encode() not in sealed


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    cipher = Cipher([OLD])
    assert len({cipher.seal("secret", about="ada") for _ in range(50)}) == 50


def test_what_was_sealed_for_one_person_does_not_open_for_another() -> None:
    cipher = Cipher([OLD])
    with pytest.raises(Unreadable):
        cipher.open(cipher.seal("secret", about="1/novita"), about="2/novita")


def test_an_added_newest_key_seals_and_the_old_one_still_opens() -> None:
    before, after = Cipher([OLD]), Cipher([NEW, OLD])
    sealed = before.seal("secret", about="ada")
    assert after.open(sealed, about="ada") == "secret"
    assert before.is_newest(sealed)
    assert not after.is_newest(sealed)
    renewed = after.seal("secret", about="ada")
    assert after.is_newest(renewed)
    assert Cipher([NEW]).open(renewed, about="ada") == "secret"


def test_what_was_sealed_with_a_key_that_is_gone_is_unreadable() -> None:
    sealed = Cipher([OLD]).seal("secret", about="ada")
    with pytest.raises(Unreadable):
        Cipher([NEW]).open(sealed, about="ada")


@given(st.data())
def test_a_changed_bit_anywhere_makes_it_unreadable(data: st.DataObject) -> None:
    cipher = Cipher([OLD])
    sealed = bytearray(cipher.seal("secret", about="ada"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Unreadable):
        cipher.open(bytes(sealed), about="ada")


@given(st.binary(max_size=60))
def test_whatever_stands_in_the_database_is_unreadable_and_nothing_worse(sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        Cipher([OLD]).open(sealed, about="ada")


def test_a_sealed_value_that_was_cut_short_anywhere_is_unreadable() -> None:
    cipher = Cipher([OLD])
    sealed = cipher.seal("secret", about="ada")
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            cipher.open(sealed[:length], about="ada")


@pytest.mark.parametrize(
    "written",
    [
        OLD,
        OLD.rstrip("="),
        f"  {OLD}\n",
        base64.urlsafe_b64encode(RAW).decode(),
        RAW.hex(),
        RAW.hex().upper(),
    ],
)
def test_a_key_may_be_written_in_either_base64_or_in_hexadecimal(written: str) -> None:
    assert decode_key(written) == RAW


@given(st.binary(min_size=32, max_size=32))
def test_every_key_of_thirty_two_bytes_is_read_in_both_alphabets(raw: bytes) -> None:
    assert decode_key(base64.b64encode(raw).decode()) == raw
    assert decode_key(base64.urlsafe_b64encode(raw).decode().rstrip("=")) == raw
    assert decode_key(raw.hex()) == raw


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "password",
        base64.b64encode(b"k" * 31).decode(),
        base64.b64encode(b"k" * 33).decode(),
        "a" * 63,
        "ä" * 43,
        "=" * 44,
        "k" * 32,
    ],
)
def test_a_key_that_is_not_thirty_two_bytes_is_refused_by_its_place_and_not_shown(bad: str) -> None:
    with pytest.raises(BadEncryptionKey) as caught:
        Cipher([OLD, bad])
    said = str(caught.value)
    assert said.startswith("Key 2 of ENCRYPTION_KEYS is not 32 bytes in base64 or hexadecimal.")
    assert "openssl rand -base64 32" in said
    assert not bad or bad not in said


def test_no_key_at_all_is_refused_too() -> None:
    with pytest.raises(BadEncryptionKey, match="Key 1"):
        Cipher([])


def test_the_same_key_twice_is_no_matter() -> None:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    cipher = Cipher([key, key])
    assert cipher.open(cipher.seal("secret", about="ada"), about="ada") == "secret"
