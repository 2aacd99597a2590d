"""A Novita on its own clock, and a customer who speaks plain HTTP to it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from PIL import Image
from yarl import URL

from bot.sandbox.clock import SandboxClock
from bot.sandbox.novita import NovitaServer

TRAINED_IN = 700.0
"""Seconds after which a training under the default pace serves."""
PAINTED_IN = 7.0
"""Seconds after which a picture under the default pace is painted."""


def picture(kind: str = "jpeg", *, colour: tuple[int, int, int] = (200, 120, 60), side: int = 96) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, kind.upper())
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)
    json: Any = None

    @property
    def reason(self) -> str:
        return self.json["reason"] if isinstance(self.json, dict) else ""

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class Customer:
    """One account's HTTP client; every method is one request unless it says otherwise."""

    server: NovitaServer
    http: aiohttp.ClientSession
    key: str

    async def call(self, method: str, path: str, *, key: str | None = None, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {key or self.key}", **options.pop("headers", {})}
        async with self.http.request(method, self.server.url + path, headers=headers, **options) as response:
            body = await response.read()
            is_json = response.content_type == "application/json" and body
            answer = None
            if is_json:
                try:
                    answer = await response.json()
                except ValueError:
                    answer = None
            return Answer(response.status, dict(response.headers), body, answer)

    async def get(self, path: str, **query: str) -> Answer:
        return await self.call("GET", path, params=query)

    async def post(self, path: str, body: Any) -> Answer:
        return await self.call("POST", path, json=body)

    async def fetch(self, url: str, **options: Any) -> Answer:
        """A presigned link, used verbatim and without the key."""
        method = options.pop("method", "GET")
        async with self.http.request(method, URL(url, encoded=True), **options) as response:
            return Answer(response.status, dict(response.headers), await response.read())

    async def ask(self, extension: str = "jpeg") -> dict[str, Any]:
        """One upload URL."""
        answer = await self.post("/v3/assets/training_dataset", {"file_extension": extension})
        assert answer.status == 200, answer
        return dict(answer.json)

    async def upload(self, data: bytes | None = None, *, extension: str = "jpeg") -> str:
        """Ask and PUT; returns the asset's id."""
        place = await self.ask(extension)
        answer = await self.fetch(place["upload_url"], method="PUT", data=data or picture(extension))
        assert answer.status == 200, answer
        return str(place["assets_id"])

    async def subject_order(self, **changes: Any) -> dict[str, Any]:
        """A valid subject order with one freshly uploaded picture, changed as told (`...` removes a field)."""
        order: dict[str, Any] = {
            "name": "mara",
            "base_model": "dreamshaper_8_93211",
            "width": 512,
            "height": 512,
            "expert_setting": {"instance_prompt": "a photo of zqx cat", "class_prompt": "person"},
            "components": [],
        }
        if "image_dataset_items" not in changes:
            order["image_dataset_items"] = [{"assets_id": await self.upload()}]
        return {k: v for k, v in {**order, **changes}.items() if v is not ...}

    async def trained(self, **changes: Any) -> str:
        """Order a subject training, let it serve, return its model name."""
        answer = await self.post("/v3/training/subject", await self.subject_order(**changes))
        assert answer.status == 200, answer
        self.server.finish_all()
        task = await self.get("/v3/training/subject", task_id=answer.json["task_id"])
        return str(task.json["models"][0]["model_name"])

    @staticmethod
    def painting(extra: Any = ..., **changes: Any) -> dict[str, Any]:
        """A valid order of one small picture, changed as told (`...` removes a field)."""
        request = {
            "model_name": "dreamshaper_8_93211.safetensors",
            "prompt": "zqx cat by the sea",
            "width": 256,
            "height": 192,
            "image_num": 1,
            "steps": 20,
            "guidance_scale": 7,
            "sampler_name": "Euler a",
            "seed": 7,
            **changes,
        }
        body = {"extra": extra, "request": {k: v for k, v in request.items() if v is not ...}}
        return {k: v for k, v in body.items() if v is not ...}

    async def painted(self, extra: Any = ..., **changes: Any) -> dict[str, Any]:
        """Order a picture, let it finish, return its task result."""
        answer = await self.post("/v3/async/txt2img", self.painting(extra, **changes))
        assert answer.status == 200, answer
        self.server.finish_all()
        result = await self.get("/v3/async/task-result", task_id=answer.json["task_id"])
        return dict(result.json)


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock()


@pytest.fixture
async def novita(clock: SandboxClock) -> AsyncIterator[NovitaServer]:
    async with NovitaServer(clock=clock) as server:
        yield server


@pytest.fixture
async def ada(novita: NovitaServer) -> AsyncIterator[Customer]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        yield Customer(novita, http, novita.key("ada"))


@pytest.fixture
async def ben(novita: NovitaServer, ada: Customer) -> Customer:
    """Another account on the same connections."""
    return Customer(novita, ada.http, novita.key("ben"))
