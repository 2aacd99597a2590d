"""Painting to order: `POST /v3/async/txt2img` and `GET /v3/async/task-result` (novita-api §5)."""

from __future__ import annotations

import math
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, cast

from bot.sandbox.novita.calls import Call, Endpoint, task_not_found
from bot.sandbox.novita.checks import Fields
from bot.sandbox.novita.errors import Refused, invalid
from bot.sandbox.novita.models import Model, public
from bot.sandbox.novita.painter import Influence, Look, Painting
from bot.sandbox.novita.replies import Json, Reply, of_json
from bot.sandbox.novita.results import path_of
from bot.sandbox.novita.state import State
from bot.sandbox.novita.tasks import Generation, Outcome, Training

ImageType = Literal["png", "jpeg", "webp"]

IMAGE_TYPES = frozenset({"png", "jpeg", "webp"})
SAMPLERS = frozenset(
    {
        "Euler a", "Euler", "LMS", "Heun", "DPM2", "DPM2 a", "DPM++ 2S a", "DPM++ 2M", "DPM++ SDE", "DPM fast",
        "DPM adaptive", "LMS Karras", "DPM2 Karras", "DPM2 a Karras", "DPM++ 2S a Karras", "DPM++ 2M Karras",
        "DPM++ SDE Karras", "DDIM", "PLMS", "UniPC",
    }
)  # fmt: skip
HIRES_UPSCALERS = frozenset({"RealESRGAN_x4plus_anime_6B", "RealESRNet_x4plus", "Latent"})
MAX_SEED = 2**32 - 1
ILLEGAL_WORD = "forbidden"
"""A prompt with this word meets the content rules: 400 ILLEGAL_PROMPT."""
NUDE_WORD = "nude"
"""A prompt with this word makes the NSFW check, where asked for, report a high confidence."""


@dataclass(frozen=True, slots=True)
class _Extra:
    image_type: ImageType
    check_nsfw: bool


async def txt2img(state: State, call: Call) -> Reply:
    """Order pictures from a prompt."""
    body = call.fields()
    extra = _extra(state, body)
    request = body.inner("request")
    if state.strict.unknown_fields:
        body.refuse_unknown()
    checkpoint = _checkpoint(request)
    prompt = request.string("prompt", low=1, high=1024)
    if request.has("negative_prompt"):
        request.string("negative_prompt", high=1024)
    width = request.integer("width", low=128, high=2048)
    height = request.integer("height", low=128, high=2048)
    count = request.integer("image_num", low=1, high=8)
    request.integer("steps", low=1, high=100)
    request.number("guidance_scale", low=1, high=30)
    request.choice("sampler_name", SAMPLERS)
    seed = request.integer("seed", low=-1, high=MAX_SEED) if request.has("seed") else -1
    if request.has("clip_skip"):
        request.integer("clip_skip", low=1, high=12)
    if request.has("restore_faces"):
        request.boolean("restore_faces")
    transparent = request.has("enable_transparent_background") and request.boolean(
        "enable_transparent_background"
    )
    if transparent and (extra.image_type != "png" or not checkpoint.is_sdxl):
        raise invalid(
            f"{request.path('enable_transparent_background')}: only with png and an SDXL checkpoint"
        )
    _vae(request)
    _embeddings(state, request)
    _refiner(state, request, checkpoint)
    size = _hires(state, request) or (width, height)
    trained, offered = _loras(state, call, request)
    if state.strict.unknown_fields:
        for name in _OPTIONAL:
            request.raw(name)
        request.refuse_unknown()
    if ILLEGAL_WORD in prompt.lower():
        raise Refused("ILLEGAL_PROMPT", "the prompt was refused by the content rules")
    now = state.clock.time()
    price = math.ceil(state.prices.megapixel * size[0] * size[1] * count / 1_000_000)
    price += state.prices.nsfw_check * count if extra.check_nsfw else 0
    call.account.require(price)
    if state.rate_limited:
        call.account.buckets.take(call.path, images=count, now=now)
    first = secrets.randbelow(MAX_SEED - count) if seed == -1 else seed
    influences = tuple(Influence(Look.named(model.sd_name), strength) for model, strength in offered)
    generation = Generation(
        id=str(uuid.uuid4()),
        task_type="TXT_TO_IMG",
        paintings=tuple(
            Painting(
                prompt=prompt,
                checkpoint=checkpoint.sd_name,
                seed=first + index,
                width=size[0],
                height=size[1],
                influences=influences,
                transparent=transparent,
            )
            for index in range(count)
        ),
        loras=trained,
        image_type=extra.image_type,
        seed=first,
        nsfw=(96 if NUDE_WORD in prompt.lower() else 3) if extra.check_nsfw else None,
        created=now,
        pace=state.pace,
        reason=_mismatch(checkpoint, trained, offered),
    )
    state.order_generation(call.account, generation, price=price)
    return of_json({"task_id": generation.id})


_OPTIONAL = (
    "negative_prompt", "seed", "sd_vae", "loras", "embeddings", "hires_fix", "refiner", "clip_skip",
    "enable_transparent_background", "restore_faces",
)  # fmt: skip


def _extra(state: State, body: Fields) -> _Extra:
    if not body.has("extra"):
        body.raw("extra")
        return _Extra("png", False)
    extra = body.inner("extra")
    image_type = (
        extra.choice("response_image_type", IMAGE_TYPES) if extra.has("response_image_type") else "png"
    )
    check = extra.has("enable_nsfw_detection") and extra.boolean("enable_nsfw_detection")
    if extra.has("nsfw_detection_level"):
        extra.integer("nsfw_detection_level", low=0, high=2)
    # The vendor's SDK sends `{}` for the two that follow.
    if extra.has("custom_storage") and extra.inner("custom_storage").has("aws_s3"):
        raise Refused("INVALID_CUSTOM_OUTPUT_PATH", "extra.custom_storage: no such bucket")
    if extra.has("enterprise_plan"):
        plan = extra.inner("enterprise_plan")
        if plan.has("enabled") and plan.boolean("enabled"):
            raise Refused("FEATURE_NOT_ALLOWED", "extra.enterprise_plan: not subscribed")
    if extra.has("webhook"):
        raise Refused("FEATURE_NOT_ALLOWED", "extra.webhook: not enabled for this account")
    if state.strict.unknown_fields:
        for name in ("response_image_type", "enable_nsfw_detection", "nsfw_detection_level", "custom_storage",
                     "enterprise_plan", "webhook"):  # fmt: skip
            extra.raw(name)
        extra.refuse_unknown()
    return _Extra(cast(ImageType, image_type), check)


def _checkpoint(request: Fields) -> Model:
    name = request.string("model_name", low=1)
    if (checkpoint := public(name, "checkpoint")) is None or checkpoint.inpainting:
        raise invalid(f"{request.path('model_name')}: no checkpoint is called {name!r}")
    return checkpoint


def _vae(request: Fields) -> None:
    if request.has("sd_vae"):
        name = request.string("sd_vae")
        if name and public(name, "vae") is None:
            raise invalid(f"{request.path('sd_vae')}: no VAE is called {name!r}")


def _embeddings(state: State, request: Fields) -> None:
    if not request.has("embeddings"):
        return
    for item in request.items("embeddings", low=0, high=5):
        name = item.string("model_name", low=1)
        if public(name, "textualinversion") is None:
            raise invalid(f"{item.path('model_name')}: no embedding is called {name!r}")
        if state.strict.unknown_fields:
            item.refuse_unknown()


def _refiner(state: State, request: Fields, checkpoint: Model) -> None:
    if not request.has("refiner"):
        return
    refiner = request.inner("refiner")
    refiner.number("switch_at", low=0, high=1)
    if not checkpoint.is_sdxl:
        raise invalid(f"{request.path('refiner')}: only with an SDXL checkpoint")
    if state.strict.unknown_fields:
        refiner.refuse_unknown()


def _hires(state: State, request: Fields) -> tuple[int, int] | None:
    """The size that `hires_fix` asks for, None without it."""
    if not request.has("hires_fix"):
        return None
    hires = request.inner("hires_fix")
    size = (
        hires.integer("target_width", low=128, high=4096),
        hires.integer("target_height", low=128, high=4096),
    )
    hires.number("strength", low=0, high=1)
    if hires.has("upscaler"):
        hires.choice("upscaler", HIRES_UPSCALERS)
    if state.strict.unknown_fields:
        hires.raw("upscaler")
        hires.refuse_unknown()
    return size


def _loras(
    state: State, call: Call, request: Fields
) -> tuple[tuple[tuple[Training, float], ...], tuple[tuple[Model, float], ...]]:
    """The account's own LoRAs and the public ones that the request names, with their strengths."""
    trained: list[tuple[Training, float]] = []
    offered: list[tuple[Model, float]] = []
    if not request.has("loras"):
        return (), ()
    for item in request.items("loras", low=0, high=5):
        name = item.string("model_name", low=1)
        strength = item.number("strength", low=0, high=1)
        if state.strict.unknown_fields:
            item.refuse_unknown()
        own = next((task for task in call.account.trainings if task.model_name == name), None)
        if own is not None and own.stage(state.clock.time()).serving:
            trained.append((own, strength))
        elif own is None and (model := public(name, "lora", "locon")) is not None:
            offered.append((model, strength))
        else:
            raise invalid(f"{item.path('model_name')}: no LoRA is called {name!r}")
    return tuple(trained), tuple(offered)


def _mismatch(
    checkpoint: Model, trained: tuple[tuple[Training, float], ...], offered: tuple[tuple[Model, float], ...]
) -> str:
    """Why the task will fail when a LoRA is of another family than the checkpoint, empty when none is (§15.4)."""
    strangers = [
        *(task.model_name for task, _ in trained if task.is_sdxl != checkpoint.is_sdxl),
        *(model.sd_name for model, _ in offered if model.is_sdxl != checkpoint.is_sdxl),
    ]
    return f"lora {strangers[0]} does not match the base of {checkpoint.sd_name}" if strangers else ""


async def task_result(state: State, call: Call) -> Reply:
    """How an order stands and, when done, where its pictures are.

    The links are signed when the task completes and asking again does not renew them.
    """
    generation = state.generations.get(call.task_id())
    if generation is None or generation not in call.account.generations:
        raise task_not_found()
    now = state.clock.time()
    stage = generation.stage(now)
    generation.looks += 1
    status: str = stage.status
    if generation.outcome is Outcome.UNKNOWN_FIRST and generation.looks == 1:
        status = "TASK_STATUS_UNKNOWN"
    reason = (generation.reason or "worker error, please try again") if status == "TASK_STATUS_FAILED" else ""
    done = status in {"TASK_STATUS_FAILED", "TASK_STATUS_SUCCEED"}
    images = _images(state, generation) if status == "TASK_STATUS_SUCCEED" else []
    submitted, completed = int(generation.created * 1000), int(generation.completed * 1000)
    return of_json(
        {
            "extra": {
                "seed": str(generation.seed),
                "enable_nsfw_detection": generation.nsfw is not None,
                "debug_info": {
                    "request_info": "",
                    "submit_time_ms": str(submitted),
                    "execute_time_ms": str(submitted) if done else "",
                    "complete_time_ms": str(completed) if done else "",
                },
            },
            "task": {
                "task_id": generation.id,
                "status": status,
                "reason": reason,
                "task_type": generation.task_type,
                "eta": stage.eta,
                "progress_percent": stage.progress,
            },
            "images": images,
            "videos": [],
            "audios": [],
        }
    )


def _images(state: State, generation: Generation) -> list[Json]:
    ttl = generation.pace.result_ttl
    completed = datetime.fromtimestamp(generation.completed, UTC)
    checked: Json = None if generation.nsfw is None else {"valid": True, "confidence": generation.nsfw}
    return [
        {
            "image_url": state.results.link("GET", path_of(generation, index), at=completed, ttl=ttl),
            "image_url_ttl": str(ttl),
            "image_type": generation.image_type,
            "nsfw_detection_result": checked,
        }
        for index in range(len(generation.paintings))
    ]


ENDPOINTS: Mapping[tuple[str, str], Endpoint] = MappingProxyType(
    {("POST", "/v3/async/txt2img"): txt2img, ("GET", "/v3/async/task-result"): task_result}
)
