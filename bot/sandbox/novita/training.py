"""LoRA training: `POST` and `GET /v3/training/subject` and `/style`, `GET /v3/training` (novita-api §3)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from types import MappingProxyType

from bot.sandbox.novita.assets import Asset
from bot.sandbox.novita.calls import Call, Endpoint, task_not_found
from bot.sandbox.novita.checks import Fields
from bot.sandbox.novita.errors import Refused, invalid
from bot.sandbox.novita.models import BASES
from bot.sandbox.novita.replies import Json, Reply, of_json
from bot.sandbox.novita.state import State
from bot.sandbox.novita.tasks import Kind, Outcome, Training

MAX_PICTURES = 50
LEARNING_RATES = frozenset({1e-4, 1e-5, 1e-6, 2e-4, 5e-5})
SCHEDULERS = frozenset(
    {"constant", "linear", "cosine", "cosine_with_restarts", "polynomial", "constant_with_warmup"}
)
COMPONENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "face_crop_region": frozenset({"ratio"}),
        "resize": frozenset({"width", "height"}),
        "face_restore": frozenset({"method", "upscale"}),
    }
)
"""Preprocessing steps and their arguments; values are strings even when numeric (§3.4)."""


async def create_subject(state: State, call: Call) -> Reply:
    """`POST /v3/training/subject`."""
    return _create(state, call, kind="subject")


async def create_style(state: State, call: Call) -> Reply:
    """`POST /v3/training/style`."""
    return _create(state, call, kind="style")


def _create(state: State, call: Call, *, kind: Kind) -> Reply:
    fields = call.fields()
    name = fields.string("name", low=1, high=64)
    base = BASES[fields.choice("base_model", BASES.keys())]
    fields.integer("width", low=1)
    fields.integer("height", low=1)
    assets, missing = _assets(state, call, fields, kind=kind)
    instance_prompt = _expert_setting(state, fields, kind=kind)
    _components(state, fields)
    if state.strict.unknown_fields:
        fields.refuse_unknown()
    call.account.require(state.prices.training)
    now = state.clock.time()
    training = Training(
        id=str(uuid.uuid4()),
        kind=kind,
        name=name,
        base_model=base.base,
        is_sdxl=base.is_sdxl,
        assets=assets,
        instance_prompt=instance_prompt,
        created=now,
        pace=state.pace,
        model_name=f"model_{int(now)}_{secrets.token_hex(5).upper()}.safetensors",
        outcome=Outcome.FAILED if missing else Outcome.SUCCEED,
    )
    state.order_training(call.account, training)
    return of_json({"task_id": training.id})


def _assets(state: State, call: Call, fields: Fields, *, kind: Kind) -> tuple[tuple[Asset, ...], bool]:
    """The pictures named by the order, and whether one was never uploaded although nobody minds."""
    assets: list[Asset] = []
    missing = False
    for item in fields.items("image_dataset_items", low=1, high=MAX_PICTURES):
        given = item.raw("assets_id")
        if isinstance(given, bool) or not isinstance(given, str | int):
            raise invalid(f"{item.path('assets_id')}: required, a string or an integer")
        if (asset := state.assets.find(given, owner=call.account.name)) is None:
            raise invalid(f"{item.path('assets_id')}: asset {given!r} does not exist")
        if asset in assets:
            raise invalid(f"{item.path('assets_id')}: asset {given!r} is named twice")
        if asset.used and state.strict.fresh_assets:
            raise invalid(f"{item.path('assets_id')}: asset {given!r} was used by an earlier training")
        if (kind == "style" and state.strict.style_captions) or item.has("caption"):
            item.string("caption", low=1, high=1024)
        else:
            item.raw("caption")
        if state.strict.unknown_fields:
            item.refuse_unknown()
        if asset.upload is None:
            if state.strict.uploaded_assets:
                raise invalid(f"{item.path('assets_id')}: asset {given!r} was not uploaded")
            missing = True
        elif state.strict.matching_content:
            sniffed = asset.upload.sniffed
            if sniffed.format != asset.extension or not sniffed.thumbnail:
                seen = sniffed.format or "no picture"
                raise Refused(
                    "INVALID_IMAGE_FORMAT",
                    f"{item.path('assets_id')}: a {asset.extension} was announced, the content is {seen}",
                )
        assets.append(asset)
    return tuple(assets), missing


def _expert_setting(state: State, fields: Fields, *, kind: Kind) -> str:
    """Check every expert setting; returns the instance prompt, empty for a style without one."""
    if kind == "style" and not fields.has("expert_setting"):
        fields.raw("expert_setting")
        return ""
    expert = fields.inner("expert_setting")
    prompt = ""
    if kind == "subject" or expert.has("instance_prompt"):
        prompt = expert.string("instance_prompt", low=1)
    if kind == "subject" or expert.has("class_prompt"):
        word = expert.string("class_prompt", low=1)
        if state.strict.class_prompt and word != "person":
            raise invalid(f"expert_setting.class_prompt: 'person' is the only class, got {word!r}")
    for name in ("train_batch_size", "batch_size"):
        if expert.has(name):
            expert.integer(name, low=1, high=4)
    if expert.has("learning_rate"):
        rate = expert.numeric("learning_rate")
        if rate <= 0 or (state.strict.learning_rate and rate not in LEARNING_RATES):
            raise invalid(f"expert_setting.learning_rate: {rate} is not one of {sorted(LEARNING_RATES)}")
    if expert.has("max_train_steps"):
        steps = expert.numeric("max_train_steps")
        if steps < 1 or steps != int(steps):
            raise invalid("expert_setting.max_train_steps: must be an integer of at least 1")
    if expert.has("lr_scheduler"):
        expert.choice("lr_scheduler", SCHEDULERS)
    for name, low, high in (
        ("seed", 1, None),
        ("lr_warmup_steps", 0, None),
        ("lora_r", 4, 128),
        ("lora_alpha", 4, 128),
        ("lora_text_encoder_r", 4, 128),
        ("lora_text_encoder_alpha", 4, 128),
    ):
        if expert.has(name):
            expert.integer(name, low=low, high=high)
    if expert.has("prior_loss_weight") and expert.number("prior_loss_weight", low=0) == 0:
        raise invalid("expert_setting.prior_loss_weight: must be greater than 0")
    flags = ("with_prior_preservation", *(("train_text_encoder",) if kind == "subject" else ()))
    for name in flags:
        if expert.has(name):
            expert.boolean(name)
    if state.strict.unknown_fields:
        for name in _EXPERT_FIELDS:
            expert.raw(name)
        if kind == "style" and expert.has("train_text_encoder"):
            raise invalid("expert_setting.train_text_encoder: only for subject trainings")
        expert.refuse_unknown()
    return prompt


_EXPERT_FIELDS = (
    "instance_prompt",
    "class_prompt",
    "train_batch_size",
    "batch_size",
    "learning_rate",
    "max_train_steps",
    "seed",
    "lr_scheduler",
    "lr_warmup_steps",
    "with_prior_preservation",
    "prior_loss_weight",
    "train_text_encoder",
    "lora_r",
    "lora_alpha",
    "lora_text_encoder_r",
    "lora_text_encoder_alpha",
)


def _components(state: State, fields: Fields) -> None:
    """Check the preprocessing; missing and null are fine (novita-api §14.4)."""
    if not fields.has("components"):
        fields.raw("components")
        return
    for component in fields.items("components", low=0, high=len(COMPONENTS)):
        known = COMPONENTS[component.choice("name", COMPONENTS.keys())]
        left = set(known)
        for arg in component.items("args", low=len(known), high=len(known)):
            name = arg.choice("name", left)
            left.remove(name)
            value = arg.string("value", low=1, high=32)
            if name == "method":
                good = value == "gfpgan_1.4"
            elif name in {"width", "height"}:
                good = value.isdecimal() and int(value) > 0
            else:
                good = value.replace(".", "", 1).isdecimal() and float(value) > 0
            if not good:
                raise invalid(f"{arg.path('value')}: {value!r} is no {name}")
            if state.strict.unknown_fields:
                arg.refuse_unknown()
        if state.strict.unknown_fields:
            component.refuse_unknown()


async def look_at_subject(state: State, call: Call) -> Reply:
    """`GET /v3/training/subject`."""
    return _look(state, call, kind="subject")


async def look_at_style(state: State, call: Call) -> Reply:
    """`GET /v3/training/style`."""
    return _look(state, call, kind="style")


def _look(state: State, call: Call, *, kind: Kind) -> Reply:
    training = state.trainings.get(call.task_id())
    if training is None or training.kind != kind or training not in call.account.trainings:
        raise task_not_found()
    stage = training.stage(state.clock.time())
    training.looks += 1
    if training.outcome is Outcome.UNKNOWN_FIRST and training.looks == 1:
        return of_json({"task_id": training.id, "task_status": "UNKNOWN", "model_type": "", "models": []})
    answer: dict[str, Json] = {
        "task_id": training.id,
        "task_status": stage.status,
        "model_type": "lora" if stage.model else "",
        "models": _models(training, now=state.clock.time()),
    }
    if stage.eta is not None:
        answer["extra"] = {"eta_relative": stage.eta, "progress_percent": stage.progress}
    return of_json(answer)


def _models(training: Training, *, now: float) -> list[Json]:
    stage = training.stage(now)
    return [{"model_name": training.model_name, "model_status": stage.model}] if stage.model else []


async def list_trainings(state: State, call: Call) -> Reply:
    """`GET /v3/training`: newest first, cursors `c_<offset>`, an empty one on the last page (§3.6)."""
    limit = call.page(default=10)
    cursor = call.query.get("pagination.cursor") or "c_0"
    if not cursor.removeprefix("c_").isdecimal():
        raise invalid(f"pagination.cursor: {cursor!r} is none of ours")
    start = int(cursor.removeprefix("c_"))
    wanted = call.query.get("task_type", "")
    if wanted not in {"", "subject", "style"}:
        raise invalid("task_type: subject or style")
    tasks = [task for task in reversed(call.account.trainings) if wanted in {"", task.kind}]
    now = state.clock.time()
    shown: list[Json] = [
        {
            "task_name": task.name,
            "task_id": task.id,
            "task_type": task.kind,
            "task_status": task.stage(now).status,
            "created_at": int(task.created),
            "models": _models(task, now=now),
        }
        for task in tasks[start : start + limit]
    ]
    following = f"c_{start + limit}" if start + limit < len(tasks) else ""
    return of_json({"tasks": shown, "pagination": {"next_cursor": following}})


ENDPOINTS: Mapping[tuple[str, str], Endpoint] = MappingProxyType(
    {
        ("POST", "/v3/training/subject"): create_subject,
        ("POST", "/v3/training/style"): create_style,
        ("GET", "/v3/training/subject"): look_at_subject,
        ("GET", "/v3/training/style"): look_at_style,
        ("GET", "/v3/training"): list_trainings,
    }
)
