"""The worker on a real database, a scripted provider and a messenger that remembers."""

from __future__ import annotations

import io
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from tests.house import House, open_house
from tests.scripted import ScriptedFiles, ScriptedProvider


def drawn(seed: int, *, side: int = 300) -> bytes:
    """A picture that is large enough to learn from, unlike the others."""
    out = io.BytesIO()
    chance = random.Random(seed)
    image = Image.frombytes("RGB", (30, 30), chance.randbytes(2700)).resize((side, side))
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


@pytest.fixture(scope="session")
def png() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 120, 60)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def provider(png: bytes) -> ScriptedProvider:
    return ScriptedProvider(png)


@pytest.fixture(scope="session")
def four_pictures() -> dict[str, bytes]:
    """What a training needs at least, by address."""
    return {f"https://cdn.example/{seed}.jpg": drawn(seed) for seed in range(4)}


@pytest.fixture
def files(four_pictures: dict[str, bytes]) -> ScriptedFiles:
    served = ScriptedFiles()
    served.files = dict(four_pictures)
    return served


@pytest.fixture
async def house(tmp_path: Path, provider: ScriptedProvider, files: ScriptedFiles) -> AsyncIterator[House]:
    async with open_house(tmp_path, provider=provider, attachments=files) as opened:
        await opened.give_key()
        yield opened
