"""The host that result pictures are fetched from: presigned links that expire, painted when first asked for."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace

from aiohttp import web
from PIL import Image

from bot.sandbox.novita.errors import StorageRefused
from bot.sandbox.novita.painter import Influence, Look, paint
from bot.sandbox.novita.replies import Reply
from bot.sandbox.novita.state import State
from bot.sandbox.novita.tasks import Generation, Training
from bot.sandbox.novita.uploads import refuse_second_authorization


def path_of(generation: Generation, index: int) -> str:
    """Where the host keeps one picture of an order."""
    return f"/prod/{generation.id}/{index}.{generation.image_type}"


async def get(state: State, request: web.BaseRequest) -> Reply:
    """One picture. Raises `StorageRefused`."""
    refuse_second_authorization(request)
    target = request.raw_path
    state.results.check(request.method, target, host=request.headers.get("Host", ""), now=state.clock.now())
    task_id, _, file = target.partition("?")[0].removeprefix("/prod/").partition("/")
    generation = state.generations.get(task_id)
    index = file.partition(".")[0]
    if generation is None or not index.isdecimal() or int(index) >= len(generation.paintings):
        raise StorageRefused(404, "NoSuchKey", "The specified key does not exist.")
    body = await asyncio.to_thread(_file, generation, int(index))
    return Reply(body=body, content_type=f"image/{generation.image_type}")


def _file(generation: Generation, index: int) -> bytes:
    trained = tuple(Influence(_look(training), strength) for training, strength in generation.loras)
    painting = generation.paintings[index]
    image = paint(replace(painting, influences=(*trained, *painting.influences)))
    out = io.BytesIO()
    match generation.image_type:
        case "png":
            image.save(out, "PNG", compress_level=3)
        case "jpeg":
            image.convert("RGB").save(out, "JPEG", quality=92)
        case "webp":
            image.save(out, "WEBP", quality=88, method=1)
    return out.getvalue()


def _look(training: Training) -> Look:
    """What a training learnt from its pictures; worked out once."""
    if training.learnt is None:
        pictures = [_thumbnail(asset.upload.sniffed.thumbnail) for asset in training.assets if asset.upload]
        training.learnt = Look.of(pictures, style=training.kind == "style")
    return training.learnt


def _thumbnail(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")
