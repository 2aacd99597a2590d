"""`GET /v3/model`: what can be painted with, public models and the account's own LoRAs (novita-api §4)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from bot.sandbox.novita.calls import Call, Endpoint
from bot.sandbox.novita.errors import invalid
from bot.sandbox.novita.models import PUBLIC, Model
from bot.sandbox.novita.replies import Json, Reply, of_json
from bot.sandbox.novita.state import State

TYPES = frozenset({"checkpoint", "lora", "vae", "controlnet", "upscaler", "textualinversion"})
SOURCES = frozenset({"civitai", "training", "uploading"})
VISIBILITIES = frozenset({"public", "private"})
_DISPLAY = MappingProxyType(
    {
        "checkpoint": "Checkpoint",
        "lora": "LoRA",
        "locon": "LoCon",
        "vae": "VAE",
        "controlnet": "ControlNet",
        "upscaler": "Upscaler",
        "textualinversion": "Textual Inversion",
    }
)
_FIRST_PRIVATE = 9_000_001


@dataclass(frozen=True, slots=True)
class _Entry:
    """A model as this account sees it."""

    model: Model
    source: str
    visibility: str
    usable: bool


async def models(state: State, call: Call) -> Reply:
    """A page of the catalogue, public models first, in id order."""
    limit = call.page(default=20)
    found = [entry for entry in _all(state, call) if _wanted(entry, call.query)]
    start = _start(call.query.get("pagination.cursor", ""), found)
    page = found[start : start + limit]
    more = start + limit < len(found)
    following = _cursor(page[-1].model.id) if more else ""
    return of_json({"models": [_shown(entry) for entry in page], "pagination": {"next_cursor": following}})


def _all(state: State, call: Call) -> Iterator[_Entry]:
    for model in PUBLIC:
        yield _Entry(model, "civitai", "public", True)
    now = state.clock.time()
    for index, training in enumerate(call.account.trainings):
        stage = training.stage(now)
        if stage.model:
            own = Model(
                id=_FIRST_PRIVATE + index,
                type="lora",
                name=training.name,
                sd_name=training.model_name,
                is_sdxl=training.is_sdxl,
            )
            yield _Entry(own, "training", "private", stage.serving)


def _wanted(entry: _Entry, query: Mapping[str, str]) -> bool:
    model = entry.model
    # The vendor's SDK sends `filter.type`, the documents say `filter.types` (§14.20).
    kind = _choice(query, "filter.types", TYPES) or _choice(query, "filter.type", TYPES)
    if kind and kind != ("lora" if model.type == "locon" else model.type):
        return False
    if (source := _choice(query, "filter.source", SOURCES)) and source != entry.source:
        return False
    if (visibility := _choice(query, "filter.visibility", VISIBILITIES)) and visibility != entry.visibility:
        return False
    is_sdxl = _flag(query, "filter.is_sdxl")
    if is_sdxl is not None and is_sdxl != model.is_sdxl:
        return False
    if _flag(query, "filter.is_inpainting") and not model.inpainting:
        return False
    words = query.get("filter.query", "").lower()
    return any(words in text.lower() for text in (model.sd_name, model.name, *model.tags))


def _choice(query: Mapping[str, str], name: str, among: frozenset[str]) -> str:
    value = query.get(name, "")
    if value and value not in among:
        raise invalid(f"{name}: {value!r} is not one of {', '.join(sorted(among))}")
    return value


def _flag(query: Mapping[str, str], name: str) -> bool | None:
    value = query.get(name, "").lower()
    if value not in {"", "true", "false"}:
        raise invalid(f"{name}: must be true or false")
    return None if not value else value == "true"


def _cursor(after: int) -> str:
    return "c_" + base64.b64encode(json.dumps([1, after]).encode()).decode()


def _start(cursor: str, found: list[_Entry]) -> int:
    """Where a page begins: `c_<offset>` as the vendor's SDK counts, or the opaque one that we gave out."""
    inside = cursor.removeprefix("c_")
    if not inside:
        return 0
    if inside.isdecimal():
        return int(inside)
    try:
        _, after = json.loads(base64.b64decode(inside, validate=True))
    except (binascii.Error, ValueError, TypeError):
        raise invalid(f"pagination.cursor: {cursor!r} is none of ours") from None
    return next((index for index, entry in enumerate(found) if entry.model.id > after), len(found))


def _shown(entry: _Entry) -> Json:
    model = entry.model
    digest = sha256(model.sd_name.encode()).hexdigest()[:10].upper()
    return {
        "id": model.id,
        "name": model.name,
        "hash_sha256": digest,
        "sd_name": model.sd_name,
        "type": {"name": model.type, "display_name": _DISPLAY[model.type]},
        "categories": [],
        "status": int(entry.usable),
        "download_url_ttl": 86400,
        "tags": list(model.tags),
        "source": entry.source,
        "base_model": "SDXL 1.0" if model.is_sdxl else "SD 1.5",
        "base_model_type": "Inpainting" if model.inpainting else "Standard",
        "sd_name_in_api": model.sd_name_in_api if entry.visibility == "public" else model.sd_name,
        "is_sdxl": model.is_sdxl,
        "visibility": entry.visibility,
    }


ENDPOINTS: Mapping[tuple[str, str], Endpoint] = MappingProxyType({("GET", "/v3/model"): models})
