"""Orders of pictures: what is taken and refused, how they advance, what their links are good for."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from bot.sandbox.clock import SandboxClock
from bot.sandbox.novita import NovitaServer, Outcome
from tests.integration.sandbox_novita.conftest import PAINTED_IN, Customer

PATH = "/v3/async/txt2img"
SDXL = "animagineXLV31_v31_325600.safetensors"


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"model_name": ...}, "model_name"),
        ({"model_name": "dreamshaper_8_93211"}, "model_name"),
        ({"model_name": "realisticVisionV40_v40VAE-inpainting_81543.safetensors"}, "model_name"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "🎨" * 1025}, "prompt"),
        ({"negative_prompt": "x" * 1025}, "negative_prompt"),
        ({"width": "512"}, "width"),
        ({"width": 127}, "width"),
        ({"height": 2049}, "height"),
        ({"height": ...}, "height"),
        ({"image_num": 0}, "image_num"),
        ({"image_num": 9}, "image_num"),
        ({"steps": 101}, "steps"),
        ({"steps": ...}, "steps"),
        ({"guidance_scale": 0.5}, "guidance_scale"),
        ({"guidance_scale": 31}, "guidance_scale"),
        ({"guidance_scale": "7"}, "guidance_scale"),
        ({"sampler_name": "DPM++ Karras"}, "sampler_name"),
        ({"sampler_name": ...}, "sampler_name"),
        ({"seed": -2}, "seed"),
        ({"seed": "7"}, "seed"),
        ({"clip_skip": 0}, "clip_skip"),
        ({"clip_skip": 13}, "clip_skip"),
        ({"sd_vae": "some.safetensors"}, "sd_vae"),
        ({"loras": [{"model_name": "model_1_AB.safetensors", "strength": 0.7}]}, "no LoRA"),
        ({"loras": [{"model_name": "inkwash_v2_70211.safetensors", "strength": 0.7}]}, "no LoRA"),
        ({"loras": [{"model_name": "inkwash_v2_70211", "strength": 1.1}]}, "strength"),
        ({"loras": [{"model_name": "inkwash_v2_70211"}]}, "strength"),
        ({"loras": [{"model_name": "inkwash_v2_70211", "strength": 0.5}] * 6}, "loras"),
        ({"embeddings": [{"model_name": ""}]}, "embeddings[0].model_name"),
        ({"hires_fix": {"target_width": 5000, "target_height": 512, "strength": 0.5}}, "target_width"),
        ({"hires_fix": {"target_width": 512, "target_height": 512}}, "strength"),
        ({"refiner": {"switch_at": 0.5}}, "refiner"),
        ({"enable_transparent_background": True}, "enable_transparent_background"),
        ({"cfg_scale": 7}, "unknown field request.cfg_scale"),
        ({"extra": {"response_image_type": "jpg"}}, "response_image_type"),
        ({"extra": {"nsfw_detection_level": 3}}, "nsfw_detection_level"),
        ({"extra": {"priority": 1}}, "unknown field extra.priority"),
    ],
)
async def test_an_order_outside_the_contract_is_refused_and_costs_nothing(
    ada: Customer, novita: NovitaServer, changes: dict[str, Any], about: str
) -> None:
    answer = await ada.post(PATH, ada.painting(**changes))
    assert (answer.status, answer.reason) == (400, "INVALID_REQUEST_BODY")
    assert about in answer.json["message"]
    assert (novita.orders, novita.account(ada.key).spent) == (0, 0)


async def test_an_order_without_its_wrapper_is_refused(ada: Customer) -> None:
    answer = await ada.post(PATH, ada.painting()["request"])
    assert answer.reason == "INVALID_REQUEST_BODY"
    answer = await ada.post(PATH, {**ada.painting(), "prompt": "x"})
    assert "unknown field prompt" in answer.json["message"]


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt": "🎨" * 1024},
        {
            "negative_prompt": "",
            "sd_vae": "",
            "loras": None,
            "embeddings": None,
            "refiner": None,
            "seed": None,
        },
        {
            "sd_vae": "vae-ft-mse-840000-ema-pruned.safetensors",
            "embeddings": [{"model_name": "easynegative_8955"}],
        },
        {"loras": [{"model_name": "inkwash_v2_70211", "strength": 1}]},
        {"extra": {"custom_storage": {}, "enterprise_plan": {}, "nsfw_detection_level": 0}},
        {"model_name": SDXL, "refiner": {"switch_at": 0.8}},
        {"model_name": SDXL, "enable_transparent_background": True, "extra": {"response_image_type": "png"}},
        {"hires_fix": {"target_width": 512, "target_height": 384, "strength": 0.5, "upscaler": "Latent"}},
    ],
)
async def test_what_the_sources_show_to_work_is_taken(ada: Customer, changes: dict[str, Any]) -> None:
    answer = await ada.post(PATH, ada.painting(**changes))
    assert answer.status == 200, answer


async def test_a_forbidden_prompt_is_refused_for_its_content(ada: Customer, novita: NovitaServer) -> None:
    answer = await ada.post(PATH, ada.painting(prompt="a Forbidden thing"))
    assert (answer.status, answer.reason) == (400, "ILLEGAL_PROMPT")
    assert novita.orders == 0


@pytest.mark.parametrize(
    ("extra", "status", "reason"),
    [
        ({"custom_storage": {"aws_s3": {}}}, 400, "INVALID_CUSTOM_OUTPUT_PATH"),
        ({"enterprise_plan": {"enabled": True}}, 403, "FEATURE_NOT_ALLOWED"),
        ({"webhook": {"url": "https://bot.example"}}, 403, "FEATURE_NOT_ALLOWED"),
    ],
)
async def test_extras_that_this_account_lacks_are_refused(
    ada: Customer, extra: dict[str, Any], status: int, reason: str
) -> None:
    answer = await ada.post(PATH, ada.painting(extra))
    assert (answer.status, answer.reason) == (status, reason)


async def test_a_lora_is_for_its_owner_and_only_when_it_serves(
    ada: Customer, ben: Customer, novita: NovitaServer, clock: SandboxClock
) -> None:
    task_id = (await ada.post("/v3/training/subject", await ada.subject_order())).json["task_id"]
    clock.advance(640)
    [model] = (await ada.get("/v3/training/subject", task_id=task_id)).json["models"]
    assert model["model_status"] == "DEPLOYING"
    order = ada.painting(loras=[{"model_name": model["model_name"], "strength": 0.7}])
    assert (await ada.post(PATH, order)).reason == "INVALID_REQUEST_BODY"
    clock.advance(60)
    assert (await ada.post(PATH, order)).status == 200
    assert (await ben.post(PATH, order)).reason == "INVALID_REQUEST_BODY"


async def test_a_lora_of_another_family_fails_the_task_with_a_reason(
    ada: Customer, novita: NovitaServer
) -> None:
    lora = await ada.trained()
    result = await ada.painted(model_name=SDXL, loras=[{"model_name": lora, "strength": 0.7}])
    assert result["task"]["status"] == "TASK_STATUS_FAILED"
    assert lora in result["task"]["reason"]
    assert result["images"] == []


async def test_a_picture_is_queued_painted_and_there_on_the_clock(ada: Customer, clock: SandboxClock) -> None:
    task_id = (await ada.post(PATH, ada.painting())).json["task_id"]
    seen = []
    for wait in (0, 3, 4):
        clock.advance(wait)
        seen.append((await ada.get("/v3/async/task-result", task_id=task_id)).json["task"]["status"])
    assert seen == ["TASK_STATUS_QUEUED", "TASK_STATUS_PROCESSING", "TASK_STATUS_SUCCEED"]


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        (Outcome.FAILED, ["FAILED", "FAILED"]),
        (Outcome.STUCK, ["QUEUED", "QUEUED"]),
        (Outcome.UNKNOWN_FIRST, ["UNKNOWN", "SUCCEED"]),
    ],
)
async def test_a_picture_ends_as_scripted(
    ada: Customer, novita: NovitaServer, clock: SandboxClock, outcome: Outcome, statuses: list[str]
) -> None:
    novita.script_next("generation", outcome=outcome)
    task_id = (await ada.post(PATH, ada.painting())).json["task_id"]
    clock.advance(PAINTED_IN)
    for status in statuses:
        task = (await ada.get("/v3/async/task-result", task_id=task_id)).json["task"]
        assert task["status"] == f"TASK_STATUS_{status}"
        assert bool(task["reason"]) == (status == "FAILED")


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
async def test_the_files_are_pictures_of_the_type_and_size_that_were_ordered(
    ada: Customer, kind: str
) -> None:
    result = await ada.painted({"response_image_type": kind}, width=320, height=200, image_num=2)
    assert [image["image_type"] for image in result["images"]] == [kind] * 2
    for image in result["images"]:
        answer = await ada.fetch(image["image_url"])
        assert answer.headers["Content-Type"] == f"image/{kind}"
        with Image.open(io.BytesIO(answer.body)) as opened:
            assert (opened.format, opened.size) == (kind.upper(), (320, 200))


async def test_without_an_extra_pictures_are_png(ada: Customer) -> None:
    [image] = (await ada.painted())["images"]
    assert image["image_type"] == "png"
    assert image["nsfw_detection_result"] is None


async def test_a_random_seed_is_told_and_several_pictures_count_up_from_it(ada: Customer) -> None:
    result = await ada.painted(seed=-1, image_num=2)
    first = int(result["extra"]["seed"])
    again = await ada.painted(seed=first + 1)
    second = await ada.fetch(result["images"][1]["image_url"])
    assert (await ada.fetch(again["images"][0]["image_url"])).body == second.body


async def test_the_nsfw_check_answers_only_when_it_was_asked_for(ada: Customer, novita: NovitaServer) -> None:
    extra = {"enable_nsfw_detection": True}
    assert (await ada.painted(extra))["images"][0]["nsfw_detection_result"] == {
        "valid": True,
        "confidence": 3,
    }
    nude = await ada.painted(extra, prompt="a nude statue")
    assert nude["images"][0]["nsfw_detection_result"]["confidence"] > 90


async def test_a_result_link_expires_and_asking_again_does_not_renew_it(
    ada: Customer, clock: SandboxClock
) -> None:
    task_id = (await ada.post(PATH, ada.painting())).json["task_id"]
    clock.advance(PAINTED_IN)
    [image] = (await ada.get("/v3/async/task-result", task_id=task_id)).json["images"]
    assert (await ada.fetch(image["image_url"])).status == 200
    clock.advance(3600)
    answer = await ada.fetch(image["image_url"])
    assert answer.status == 403
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in answer.text
    [again] = (await ada.get("/v3/async/task-result", task_id=task_id)).json["images"]
    assert again == image


async def test_a_result_link_is_for_getting_and_without_a_key(ada: Customer, novita: NovitaServer) -> None:
    [image] = (await ada.painted())["images"]
    url = image["image_url"]
    assert url.startswith(f"http://{novita.results_host}/")
    assert (await ada.fetch(url, headers={"Authorization": "Bearer x"})).status == 400
    assert len(novita.leaks) == 1
    assert (await ada.fetch(url, method="PUT", data=b"x")).status == 403
    assert (await ada.fetch(url.replace("/0.png", "/1.png"))).status == 403


async def test_a_result_is_its_owners(ada: Customer, ben: Customer) -> None:
    task_id = (await ada.post(PATH, ada.painting())).json["task_id"]
    answer = await ben.get("/v3/async/task-result", task_id=task_id)
    assert (answer.status, answer.reason) == (404, "TASK_NOT_FOUND")


async def test_pictures_cost_by_the_megapixel(ada: Customer, novita: NovitaServer) -> None:
    await ada.post(PATH, ada.painting(width=1000, height=1000, image_num=4))
    assert novita.account(ada.key).spent == pytest.approx(0.01)
    await ada.post(PATH, ada.painting({"enable_nsfw_detection": True}, width=1000, height=1000))
    assert novita.account(ada.key).spent == pytest.approx(0.014)
    poor = Customer(novita, ada.http, novita.key("poor", balance_usd=0.002))
    answer = await poor.post(PATH, poor.painting(width=1000, height=1000))
    assert (answer.status, answer.reason) == (400, "BILLING_BALANCE_NOT_ENOUGH")


async def test_twenty_images_a_minute_is_the_limit_when_limits_are_on(
    ada: Customer, ben: Customer, novita: NovitaServer, clock: SandboxClock
) -> None:
    novita.rate_limited = True
    for _ in range(2):
        assert (await ada.post(PATH, ada.painting(image_num=8))).status == 200
    answer = await ada.post(PATH, ada.painting(image_num=8))
    assert (answer.status, answer.reason) == (429, "RATE_LIMIT_EXCEEDED")
    assert novita.orders == 2
    assert (await ben.post(PATH, ben.painting(image_num=8))).status == 200
    clock.advance(int(answer.headers["Retry-After"]))
    assert (await ada.post(PATH, ada.painting(image_num=8))).status == 200
