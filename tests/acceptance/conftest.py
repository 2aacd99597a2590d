"""A world with the bot in it, as its own process; when a story is over, what must always hold is proven."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox.pictures import hostile, training_pictures
from bot.sandbox.world import World, open_world
from tests.openapi import VARIABLE

pytest.register_assert_rewrite("tests.acceptance.habits", "tests.acceptance.scenes")

from tests.acceptance.habits import (  # noqa: E402
    cards_in_peace,
    judged,
    nobody_called,
    nothing_failed,
    nothing_leaked,
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Everything is there, and the bot answers people."""
    async with _lived_in(tmp_path, preloaded=True) as world:
        yield world


@pytest.fixture
async def cold_world(tmp_path: Path) -> AsyncIterator[World]:
    """The same with a bot that was started as an operator starts it, with an interpreter of its own."""
    async with _lived_in(tmp_path, preloaded=False) as world:
        yield world


@asynccontextmanager
async def _lived_in(folder: Path, *, preloaded: bool) -> AsyncIterator[World]:
    async with open_world(folder, preloaded=preloaded) as world:
        try:
            await world.started()
            yield world
            nothing_leaked(world)
            nothing_failed(world)
            cards_in_peace(world)
            nobody_called(world)
            if path := os.environ.get(VARIABLE):
                judged(world, path)
        finally:
            sys.stdout.write(world.bot.log.read_text())  # shown with a test that fails


@pytest.fixture(scope="session")
def cats(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five pictures of one cat."""
    return training_pictures("marmalade cat", 5, tmp_path_factory.mktemp("cats"), size=512)


@pytest.fixture(scope="session")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file for every kind of bad input."""
    return hostile(tmp_path_factory.mktemp("bad"))
