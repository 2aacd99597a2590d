"""The bodies of the paid orders (novita-api §3.1, §5.2), from specs to JSON. Fields that nobody set are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Final

from bot.domain.specs import PaintingSpec, TrainingKind, TrainingSpec
from bot.providers.base import AssetId

CAPTION_LENGTH: Final = 1024
CLASS_PROMPT: Final = "person"
"""The only class there is (§3.3)."""
LEAST_STRICT_CHECK: Final = 0
"""NSFW detection of what is explicit (§5.1)."""

Body = Mapping[str, object]


def training(spec: TrainingSpec, *, assets: Sequence[AssetId], captions: Sequence[str], name: str) -> Body:
    """A training's order. A style has a caption for every picture, which one of the two pages requires (§14.2); a
    subject has those it was given.

    Errors: `ValueError` when there are captions, but not one for each picture.
    """
    if spec.kind is TrainingKind.STYLE and not captions:
        captions = [spec.caption()] * len(assets)
    items: list[dict[str, object]] = [
        {"assets_id": asset} if caption is None else {"assets_id": asset, "caption": caption[:CAPTION_LENGTH]}
        for asset, caption in (zip(assets, captions, strict=True) if captions else zip(assets, repeat(None)))
    ]
    side = str(spec.side)
    return {
        "name": name,
        "base_model": spec.base_model,
        "width": spec.side,
        "height": spec.side,
        "image_dataset_items": items,
        "expert_setting": {
            "instance_prompt": spec.instance_prompt,
            "class_prompt": CLASS_PROMPT,
            "max_train_steps": spec.total_steps(len(assets)),
            "learning_rate": spec.learning_rate,
            "seed": spec.seed,
            "lr_scheduler": "cosine",
            "lr_warmup_steps": 0,
            "train_batch_size": 1,
            "lora_r": spec.rank,
            "lora_alpha": spec.rank,
        },
        "components": [
            {"name": "resize", "args": [{"name": "width", "value": side}, {"name": "height", "value": side}]}
        ],
    }


def painting(spec: PaintingSpec) -> Body:
    """A painting's order. PNG, because Easel chooses the form that fits Discord itself."""
    extra: dict[str, object] = {"response_image_type": "png"}
    if spec.nsfw_check:
        extra |= {"enable_nsfw_detection": True, "nsfw_detection_level": LEAST_STRICT_CHECK}
    request: dict[str, object] = {
        "model_name": spec.checkpoint,
        "prompt": spec.prompt,
        "width": spec.width,
        "height": spec.height,
        "image_num": spec.count,
        "steps": spec.steps,
        "guidance_scale": spec.guidance,
        "sampler_name": spec.sampler,
        "seed": spec.seed,
    }
    if spec.negative:
        request["negative_prompt"] = spec.negative
    if spec.loras:
        request["loras"] = [{"model_name": use.model_name, "strength": use.weight} for use in spec.loras]
    return {"extra": extra, "request": request}
