"""Open connections, a Novita on loopback, a key, pictures; and patience short enough for tests."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.keys import ApiKey
from bot.providers.http import Http, Patience, open_http
from bot.providers.novita import NovitaProvider
from bot.sandbox.novita import NovitaServer

SHORT = Patience(connect=2.0, question=1.5, questions=6.0, order=1.5, transfer=1.5, first_pause=0.0)
"""Everything that waits for nothing is over within a second or two, and pauses are none."""


@pytest.fixture
async def connections() -> AsyncIterator[Http]:
    async with open_http(user_agent="easel/test") as opened:
        yield opened


@pytest.fixture
async def novita() -> AsyncIterator[NovitaServer]:
    async with NovitaServer(keep_uploads=True) as server:
        yield server


@pytest.fixture
def key(novita: NovitaServer) -> ApiKey:
    return ApiKey(novita.key("ada"))


@pytest.fixture
def provider(connections: Http, novita: NovitaServer) -> NovitaProvider:
    return NovitaProvider(connections, url=novita.url, patience=SHORT)


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Writes a PNG of noise of about so many bytes."""

    def write(name: str = "cat.png", *, seed: int = 1, side: int = 64) -> Path:
        noise = bytes((i * 7919 * seed + i // 3) % 256 for i in range(side * side * 3))
        out = io.BytesIO()
        Image.frombytes("RGB", (side, side), noise).save(out, "PNG")
        path = tmp_path / name
        path.write_bytes(out.getvalue())
        return path

    return write
