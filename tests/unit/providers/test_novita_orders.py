"""What is sent for money (novita-api §3.1–3.4, §5.2), and the configuration it draws on (§3.2)."""

from __future__ import annotations

import pytest

from bot.domain.models import Family
from bot.domain.specs import LoraUse, PaintingSpec, TrainingKind, TrainingSpec
from bot.providers.novita import orders
from bot.providers.novita.offer import capabilities


def training_spec(kind: TrainingKind, family: Family = Family.SD15) -> TrainingSpec:
    return TrainingSpec(
        kind=kind, name="mara", trigger="mara_ezl", base_model="dreamshaper_8_93211", family=family, seed=77
    )


def painting_spec(**more: object) -> PaintingSpec:
    asked: dict[str, object] = {
        "asked": "an astronaut",
        "prompt": "mara_ezl, an astronaut",
        "checkpoint": "dreamshaper_8_93211.safetensors",
        "family": Family.SD15,
        "width": 512,
        "height": 768,
        "count": 2,
        "seed": 0,
        "steps": 28,
        "guidance": 6.5,
    }
    return PaintingSpec.model_validate(asked | more)


def test_a_subjects_order_is_the_documents_order() -> None:
    body = orders.training(
        training_spec(TrainingKind.SUBJECT), assets=["a" * 32, 123456], captions=[], name="easel-0123456789"
    )
    assert body == {
        "name": "easel-0123456789",
        "base_model": "dreamshaper_8_93211",
        "width": 512,
        "height": 512,
        "image_dataset_items": [{"assets_id": "a" * 32}, {"assets_id": 123456}],
        "expert_setting": {
            "instance_prompt": "a close photo of mara_ezl",
            "class_prompt": "person",
            "max_train_steps": 400,
            "learning_rate": 0.0001,
            "seed": 77,
            "lr_scheduler": "cosine",
            "lr_warmup_steps": 0,
            "train_batch_size": 1,
            "lora_r": 16,
            "lora_alpha": 16,
        },
        "components": [
            {
                "name": "resize",
                "args": [{"name": "width", "value": "512"}, {"name": "height", "value": "512"}],
            }
        ],
    }


def test_sdxl_is_trained_at_its_own_size() -> None:
    body = orders.training(
        training_spec(TrainingKind.SUBJECT, Family.SDXL), assets=["a"], captions=[], name="easel-1"
    )
    assert (body["width"], body["height"]) == (1024, 1024)
    assert body["components"] == [
        {"name": "resize", "args": [{"name": "width", "value": "1024"}, {"name": "height", "value": "1024"}]}
    ]


def test_a_style_has_a_caption_for_every_picture() -> None:
    spec = training_spec(TrainingKind.STYLE)
    body = orders.training(spec, assets=["a", "b"], captions=[], name="easel-1")
    assert body["image_dataset_items"] == [
        {"assets_id": "a", "caption": "mara_ezl style"},
        {"assets_id": "b", "caption": "mara_ezl style"},
    ]


def test_captions_that_were_given_are_sent_within_their_limit() -> None:
    spec = training_spec(TrainingKind.SUBJECT)
    body = orders.training(spec, assets=["a", "b"], captions=["x" * 2000, "short"], name="easel-1")
    assert body["image_dataset_items"] == [
        {"assets_id": "a", "caption": "x" * 1024},
        {"assets_id": "b", "caption": "short"},
    ]
    with pytest.raises(ValueError, match="zip"):
        orders.training(spec, assets=["a", "b"], captions=["only one"], name="easel-1")


def test_a_paintings_order_leaves_out_what_nobody_set() -> None:
    body = orders.painting(painting_spec(nsfw_check=False, negative=""))
    assert body == {
        "extra": {"response_image_type": "png"},
        "request": {
            "model_name": "dreamshaper_8_93211.safetensors",
            "prompt": "mara_ezl, an astronaut",
            "width": 512,
            "height": 768,
            "image_num": 2,
            "steps": 28,
            "guidance_scale": 6.5,
            "sampler_name": "DPM++ 2M Karras",
            "seed": 0,
        },
    }


def test_a_paintings_order_names_trained_loras_to_the_letter() -> None:
    name = "model_1768041733_9C04D1E7AB.safetensors"
    use = LoraUse(lora_id=1, name="mara", trigger="mara_ezl", model_name=name, weight=0.8)
    body = orders.painting(painting_spec(loras=(use,), negative="lowres"))
    assert body["extra"] == {
        "response_image_type": "png",
        "enable_nsfw_detection": True,
        "nsfw_detection_level": 0,
    }
    request = body["request"]
    assert isinstance(request, dict)
    assert request["loras"] == [{"model_name": name, "strength": 0.8}]
    assert request["negative_prompt"] == "lowres"


def test_the_configuration_holds_the_seventeen_base_models() -> None:
    offer = capabilities()
    values = [model.value for model in offer.base_models]
    assert len(set(values)) == len(values) == 17
    assert sum(model.family is Family.SDXL for model in offer.base_models) == 7
    assert offer.images_per_minute == 20
    by_value = {model.value: model for model in offer.base_models}
    assert by_value[offer.default_base_model].checkpoint == offer.default_checkpoint
    assert by_value["majichenmixrealistic_v10"].checkpoint == "majichenmixrealistic_v10_85701.safetensors"
    assert by_value["WFChild_v1.0"].checkpoint == "WFChild_v1.0.ckpt"
    assert by_value["chilloutmix_NiPrunedFp32Fix"].checkpoint is None
    assert all(not model.value.endswith((".safetensors", ".ckpt")) for model in offer.base_models)
