"""Interaction tokens: good for their fifteen minutes, for their channel, and never longer."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from bot.services.cipher import Cipher
from bot.services.tokens import Tokens
from tests.clocks import NOON, FrozenClock
from tests.house import ENCRYPTION_KEY
from tests.values import address

LIFE = timedelta(minutes=15)
TOKEN = "aW50ZXJhY3Rpb246a-long-token"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def tokens(clock: FrozenClock) -> Tokens:
    return Tokens(Cipher([ENCRYPTION_KEY]), clock=clock)


def test_a_token_is_opened_while_it_lives(tokens: Tokens, clock: FrozenClock) -> None:
    sealed = tokens.seal(TOKEN, channel_id=1)
    there = address(channel_id=1, interaction=sealed, interaction_until=NOON + LIFE)
    assert TOKEN.encode() not in sealed
    assert tokens.open(there) == TOKEN
    clock.advance(minutes=14)
    assert tokens.open(there) == TOKEN


def test_a_token_is_dead_shortly_before_discord_says_so(tokens: Tokens, clock: FrozenClock) -> None:
    there = address(channel_id=1, interaction=tokens.seal(TOKEN, channel_id=1), interaction_until=NOON + LIFE)
    clock.advance(LIFE)
    assert tokens.open(there) is None
    clock.advance(days=1)
    assert tokens.open(there) is None


def test_a_token_of_another_channel_or_another_key_is_none(tokens: Tokens, clock: FrozenClock) -> None:
    there = address(channel_id=1, interaction=tokens.seal(TOKEN, channel_id=1), interaction_until=NOON + LIFE)
    assert tokens.open(dataclasses.replace(there, channel_id=2)) is None
    other = Tokens(Cipher(["00" * 32]), clock=clock)
    assert other.open(there) is None


def test_without_a_token_there_is_none(tokens: Tokens) -> None:
    assert tokens.open(address()) is None
    assert tokens.open(address(interaction_until=NOON + LIFE)) is None
