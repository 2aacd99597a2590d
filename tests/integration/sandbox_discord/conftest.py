"""A server, a raw bot in it, a server's channel, and Ada; every exchange is judged when the test is over."""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import AsyncIterator
from functools import lru_cache

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.discord import Channel, DiscordServer, Guild, Person
from tests.integration.sandbox_discord.raw import RawBot
from tests.openapi import VARIABLE, Judge

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # discord.py imports audioop, which 3.13 drops
    importlib.import_module("discord")


@lru_cache
def _judge(path: str) -> Judge:
    return Judge(path)


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(clock=SandboxClock()) as server:
        yield server
    path = os.environ.get(VARIABLE)
    if path:
        known = [each for each in server.exchanges.entries if each["response"] != _NO_ROUTE]
        assert _judge(path).check(known) == []


_NO_ROUTE = {"message": "404: Not Found", "code": 0}


@pytest.fixture
async def raw(discord: DiscordServer, guild: Guild) -> AsyncIterator[RawBot]:
    async with RawBot(discord) as bot:
        yield bot


@pytest.fixture
def guild(discord: DiscordServer) -> Guild:
    return discord.guild("Cats")


@pytest.fixture
def studio(guild: Guild) -> Channel:
    return guild.text_channel("studio")


@pytest.fixture
def ada(discord: DiscordServer, studio: Channel) -> Person:
    return discord.person("ada").at(studio)
