"""The worker on a real database, a scripted provider and a messenger that remembers."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from tests.house import House, open_house
from tests.scripted import ScriptedFiles, ScriptedProvider


@pytest.fixture(scope="session")
def png() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 120, 60)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def provider(png: bytes) -> ScriptedProvider:
    return ScriptedProvider(png)


@pytest.fixture
def files() -> ScriptedFiles:
    return ScriptedFiles()


@pytest.fixture
async def house(tmp_path: Path, provider: ScriptedProvider, files: ScriptedFiles) -> AsyncIterator[House]:
    async with open_house(tmp_path, provider=provider, attachments=files) as opened:
        await opened.give_key()
        yield opened
