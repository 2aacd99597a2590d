"""Training orders: what is taken, what is refused, how they advance on the clock."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.novita import NovitaServer, Outcome, Strict
from tests.integration.sandbox_novita.conftest import Answer, Customer, picture

SUBJECT, STYLE = "/v3/training/subject", "/v3/training/style"
EXPERT = {"instance_prompt": "a photo of zqx cat", "class_prompt": "person"}
RESIZE = {"name": "resize", "args": [{"name": "width", "value": "512"}, {"name": "height", "value": "512"}]}


def _refused(answer: Answer, *, about: str, novita: NovitaServer, orders: int = 0) -> None:
    assert (answer.status, answer.reason) == (400, "INVALID_REQUEST_BODY")
    assert about in answer.json["message"]
    assert novita.orders == orders


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"name": ...}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"base_model": "dreamshaper_8_93211.safetensors"}, "base_model"),
        ({"width": "512"}, "width"),
        ({"width": 512.0}, "width"),
        ({"height": True}, "height"),
        ({"height": 0}, "height"),
        ({"height": ...}, "height"),
        ({"image_dataset_items": []}, "image_dataset_items"),
        ({"image_dataset_items": {}}, "image_dataset_items"),
        ({"image_dataset_items": [{"assets_id": "0" * 32}]}, "does not exist"),
        ({"image_dataset_items": [{"assets_id": None}]}, "assets_id"),
        ({"steps": 100}, "unknown field steps"),
        ({"expert_setting": ...}, "expert_setting"),
        ({"expert_setting": {"class_prompt": "person"}}, "instance_prompt"),
        ({"expert_setting": {"instance_prompt": "zqx"}}, "class_prompt"),
        ({"expert_setting": {**EXPERT, "class_prompt": "cat"}}, "class_prompt"),
        ({"expert_setting": {**EXPERT, "learning_rate": 3e-4}}, "learning_rate"),
        ({"expert_setting": {**EXPERT, "learning_rate": "fast"}}, "learning_rate"),
        ({"expert_setting": {**EXPERT, "max_train_steps": 0}}, "max_train_steps"),
        ({"expert_setting": {**EXPERT, "train_batch_size": 5}}, "train_batch_size"),
        ({"expert_setting": {**EXPERT, "seed": 0}}, "seed"),
        ({"expert_setting": {**EXPERT, "lr_scheduler": "slow"}}, "lr_scheduler"),
        ({"expert_setting": {**EXPERT, "lr_warmup_steps": -1}}, "lr_warmup_steps"),
        ({"expert_setting": {**EXPERT, "lora_r": 3}}, "lora_r"),
        ({"expert_setting": {**EXPERT, "lora_alpha": 129}}, "lora_alpha"),
        ({"expert_setting": {**EXPERT, "prior_loss_weight": 0}}, "prior_loss_weight"),
        ({"expert_setting": {**EXPERT, "with_prior_preservation": "yes"}}, "with_prior_preservation"),
        ({"expert_setting": {**EXPERT, "rank": 8}}, "unknown field expert_setting.rank"),
        ({"components": [{"name": "blur", "args": []}]}, "components[0].name"),
        ({"components": [{"name": "resize", "args": [{"name": "width", "value": "512"}]}]}, "args"),
        ({"components": [{"name": "face_crop_region", "args": [{"name": "ratio", "value": 1.4}]}]}, "value"),
        (
            {"components": [{"name": "face_crop_region", "args": [{"name": "ratio", "value": "wide"}]}]},
            "ratio",
        ),
    ],
)
async def test_a_subject_order_outside_the_contract_is_refused_and_costs_nothing(
    ada: Customer, novita: NovitaServer, changes: dict[str, Any], about: str
) -> None:
    order = await ada.subject_order(**changes)
    _refused(await ada.post(SUBJECT, order), about=about, novita=novita)
    assert novita.account(ada.key).spent == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"components": ...},
        {"components": None},
        {"components": [RESIZE]},
        {"expert_setting": {**EXPERT, "learning_rate": "1e-4", "max_train_steps": "600", "seed": None}},
        {"expert_setting": {**EXPERT, "learning_rate": 0.00005, "batch_size": 2, "train_text_encoder": True}},
    ],
)
async def test_what_the_sources_show_to_work_is_taken(ada: Customer, changes: dict[str, Any]) -> None:
    answer = await ada.post(SUBJECT, await ada.subject_order(**changes))
    assert answer.status == 200
    assert set(answer.json) == {"task_id"}


async def test_fifty_pictures_are_taken_and_fifty_one_refused(ada: Customer, novita: NovitaServer) -> None:
    assets = [{"assets_id": await ada.upload()} for _ in range(51)]
    _refused(
        await ada.post(SUBJECT, await ada.subject_order(image_dataset_items=assets)),
        about="must have 1 to 50 items",
        novita=novita,
    )
    answer = await ada.post(SUBJECT, await ada.subject_order(image_dataset_items=assets[:50]))
    assert answer.status == 200


async def test_an_asset_must_have_been_uploaded(ada: Customer, novita: NovitaServer) -> None:
    items = [{"assets_id": (await ada.ask())["assets_id"]}]
    order = await ada.subject_order(image_dataset_items=items)
    _refused(await ada.post(SUBJECT, order), about="was not uploaded", novita=novita)


async def test_a_lenient_service_takes_a_missing_asset_and_fails_later(
    ada: Customer, novita: NovitaServer
) -> None:
    novita.strict = Strict(uploaded_assets=False)
    items = [{"assets_id": (await ada.ask())["assets_id"]}]
    answer = await ada.post(SUBJECT, await ada.subject_order(image_dataset_items=items))
    novita.finish_all()
    status = await ada.get(SUBJECT, task_id=answer.json["task_id"])
    assert (status.json["task_status"], status.json["models"]) == ("FAILED", [])


async def test_an_asset_of_another_account_does_not_exist(
    ada: Customer, ben: Customer, novita: NovitaServer
) -> None:
    order = await ada.subject_order(image_dataset_items=[{"assets_id": await ben.upload()}])
    _refused(await ada.post(SUBJECT, order), about="does not exist", novita=novita)


async def test_an_asset_serves_one_training_and_once(ada: Customer, novita: NovitaServer) -> None:
    item = {"assets_id": await ada.upload()}
    twice = await ada.subject_order(image_dataset_items=[item, item])
    _refused(await ada.post(SUBJECT, twice), about="named twice", novita=novita)
    order = await ada.subject_order(image_dataset_items=[item])
    assert (await ada.post(SUBJECT, order)).status == 200
    _refused(await ada.post(SUBJECT, order), about="earlier training", novita=novita, orders=1)


@pytest.mark.parametrize("data", [picture("png"), b"just text", picture()[:400]])
async def test_the_bytes_must_be_the_picture_that_was_announced(
    ada: Customer, novita: NovitaServer, data: bytes
) -> None:
    order = await ada.subject_order(image_dataset_items=[{"assets_id": await ada.upload(data)}])
    answer = await ada.post(SUBJECT, order)
    assert (answer.status, answer.reason) == (400, "INVALID_IMAGE_FORMAT")
    assert novita.orders == 0


async def test_a_style_needs_a_caption_for_every_picture_and_no_expert_setting(
    ada: Customer, novita: NovitaServer
) -> None:
    item = {"assets_id": await ada.upload()}
    bare = await ada.subject_order(image_dataset_items=[item], expert_setting=...)
    _refused(await ada.post(STYLE, bare), about="caption", novita=novita)
    long = await ada.subject_order(image_dataset_items=[{**item, "caption": "x" * 1025}], expert_setting=...)
    _refused(await ada.post(STYLE, long), about="caption", novita=novita)
    good = await ada.subject_order(image_dataset_items=[{**item, "caption": "zqx, ink"}], expert_setting=...)
    assert (await ada.post(STYLE, good)).status == 200


async def test_a_body_that_is_not_declared_or_not_json_is_refused(
    ada: Customer, novita: NovitaServer
) -> None:
    answer = await ada.call("POST", SUBJECT, data=b"{}", headers={"Content-Type": "text/plain"})
    _refused(answer, about="Content-Type", novita=novita)
    for body in (b"{", b"[]", b'{"width": NaN}', b"\xff\xfe"):
        answer = await ada.call("POST", SUBJECT, data=body, headers={"Content-Type": "application/json"})
        _refused(answer, about="body", novita=novita)


async def test_a_training_queues_trains_deploys_and_serves_on_the_clock(
    ada: Customer, novita: NovitaServer, clock: SandboxClock
) -> None:
    task_id = (await ada.post(SUBJECT, await ada.subject_order())).json["task_id"]
    seen = []
    for wait in (0, 21, 300, 300, 40):
        clock.advance(wait)
        status = (await ada.get(SUBJECT, task_id=task_id)).json
        models = [model["model_status"] for model in status["models"]]
        seen.append((status["task_status"], status.get("extra", {}).get("progress_percent"), models))
    assert seen == [
        ("QUEUING", 0, []),
        ("TRAINING", 0, []),
        ("TRAINING", 50, []),
        ("SUCCESS", None, ["DEPLOYING"]),
        ("SUCCESS", None, ["SERVING"]),
    ]


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        (Outcome.FAILED, ["FAILED", "FAILED"]),
        (Outcome.CANCELED, ["CANCELED", "CANCELED"]),
        (Outcome.STUCK, ["QUEUING", "QUEUING"]),
        (Outcome.UNKNOWN_FIRST, ["UNKNOWN", "SUCCESS SERVING"]),
        (Outcome.DEPLOYING, ["SUCCESS DEPLOYING", "SUCCESS DEPLOYING"]),
    ],
)
async def test_a_training_ends_as_scripted(
    ada: Customer, novita: NovitaServer, outcome: Outcome, statuses: list[str]
) -> None:
    task_id = (await ada.post(SUBJECT, await ada.subject_order())).json["task_id"]
    novita.script(task_id, outcome=outcome)
    novita.finish_all()
    seen = []
    for _ in statuses:
        status = (await ada.get(SUBJECT, task_id=task_id)).json
        seen.append(" ".join([status["task_status"], *(model["model_status"] for model in status["models"])]))
    assert seen == statuses


async def test_the_next_training_can_be_scripted_before_it_is_ordered(
    ada: Customer, novita: NovitaServer
) -> None:
    novita.script_next("training", outcome=Outcome.FAILED)
    first = await ada.post(SUBJECT, await ada.subject_order())
    second = await ada.post(SUBJECT, await ada.subject_order())
    novita.finish_all()
    statuses = [
        (await ada.get(SUBJECT, task_id=t.json["task_id"])).json["task_status"] for t in (first, second)
    ]
    assert statuses == ["FAILED", "SUCCESS"]


async def test_a_training_is_found_only_by_its_owner_and_its_kind(ada: Customer, ben: Customer) -> None:
    task_id = (await ada.post(SUBJECT, await ada.subject_order())).json["task_id"]
    for answer in (
        await ada.get(STYLE, task_id=task_id),
        await ben.get(SUBJECT, task_id=task_id),
        await ada.get(SUBJECT, task_id="0"),
    ):
        assert (answer.status, answer.reason) == (404, "TASK_NOT_FOUND")
    assert (await ada.get(SUBJECT)).reason == "INVALID_REQUEST_BODY"


async def test_the_list_is_newest_first_in_pages_and_ends_with_an_empty_cursor(ada: Customer) -> None:
    for number in range(5):
        await ada.post(SUBJECT, await ada.subject_order(name=f"task {number}"))
    query = {"pagination.limit": "2"}
    names, cursors = [], []
    for _ in range(3):
        page = (await ada.get("/v3/training", **query)).json
        names += [task["task_name"] for task in page["tasks"]]
        cursors.append(query.setdefault("pagination.cursor", "c_0"))
        query["pagination.cursor"] = page["pagination"]["next_cursor"]
    assert names == [f"task {number}" for number in (4, 3, 2, 1, 0)]
    assert cursors == ["c_0", "c_2", "c_4"]
    assert query["pagination.cursor"] == ""
    for bad in ({"pagination.limit": "101"}, {"pagination.limit": "x"}, {"pagination.cursor": "next"}):
        assert (await ada.get("/v3/training", **bad)).reason == "INVALID_REQUEST_BODY"


async def test_a_training_costs_money_and_an_empty_account_gets_none(
    novita: NovitaServer, ada: Customer
) -> None:
    poor = Customer(novita, ada.http, novita.key("poor", balance_usd=0.6))
    assert (await poor.post(SUBJECT, await poor.subject_order())).status == 200
    account = novita.account(poor.key)
    assert (account.orders, account.spent, account.balance) == (1, 0.5, 0.1)
    answer = await poor.post(SUBJECT, await poor.subject_order())
    assert (answer.status, answer.reason) == (400, "BILLING_BALANCE_NOT_ENOUGH")
    assert (account.orders, account.balance, len(account.trainings)) == (1, 0.1, 1)


async def test_accepted_waits_for_orders_and_gives_up_in_time(ada: Customer, novita: NovitaServer) -> None:
    order = await ada.subject_order()
    waiting = asyncio.create_task(novita.accepted(1))
    await ada.post(SUBJECT, order)
    await waiting
    with pytest.raises(TimeoutError):
        await novita.accepted(2, within=0.01)
