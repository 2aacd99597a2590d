"""The street with its page, a bot without a library in it, and windows; the bot itself is not started."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.discord import Channel, Person
from bot.sandbox.page.behind import Behind
from bot.sandbox.page.server import PageServer
from bot.sandbox.page.street import Street, open_street
from bot.sandbox.world import QUICK
from tests.integration.sandbox_discord.raw import Json, RawBot, Reply
from tests.integration.sandbox_page.looker import Looker, looking

Look = Callable[..., Awaitable[Looker]]


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with open_street(tmp_path, pace=QUICK) as street:
        yield street


@pytest.fixture
async def page(street: Street) -> AsyncIterator[PageServer]:
    async with PageServer(street, behind=Behind(street.world), port=0) as server:
        yield server


@pytest.fixture
async def raw(street: Street) -> AsyncIterator[RawBot]:
    async with RawBot(street.discord) as bot:
        yield bot


@pytest.fixture
async def look(page: PageServer) -> AsyncIterator[Look]:
    """Opens a window as somebody; closed with the test."""
    async with AsyncExitStack() as stack:

        async def opened(person: Person | None = None) -> Looker:
            return await stack.enter_async_context(looking(page.url, person.id if person else None))

        yield opened


@pytest.fixture
def ada(street: Street) -> Person:
    return street.world.ada


@pytest.fixture
def bo(street: Street) -> Person:
    return street.world.bo


@pytest.fixture
def cy(street: Street) -> Person:
    return street.world.cy


@pytest.fixture
def paintings(street: Street) -> Channel:
    return street.world.channel


@dataclass(frozen=True, slots=True)
class Met:
    """What came of a request that made an interaction: its answer, what the bot got, what it was told."""

    ok: Json
    event: Json
    reply: Reply


async def met(
    asking: Awaitable[Json], raw: RawBot, kind: int = 4, data: Json | None = None, **more: Any
) -> Met:
    """Let a window ask for something, and the bot answer so."""

    async def asked() -> Json:
        return await asking

    async with asyncio.TaskGroup() as group:
        task = group.create_task(asked())
        event = await raw.interaction()
        reply = await raw.answers(event, kind, data, **more)
        assert reply.status in (200, 204), reply.body
    return Met(task.result(), event, reply)
