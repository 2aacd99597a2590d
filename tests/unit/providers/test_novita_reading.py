"""What Novita's documents mean, in every form they come in (novita-api §2.1, §3.5, §3.6, §4, §5.5, §10, §14)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.models import Checkpoint, Family
from bot.providers.base import (
    Deploying,
    GivenUp,
    Painted,
    PaintingProgress,
    RemotePicture,
    Trained,
    TrainingProgress,
    Waiting,
    Working,
)
from bot.providers.novita import reading, wire
from tests.unit.providers.jsons import anything

NAME = "model_1768041733_9C04D1E7AB.safetensors"


def model(status: object, name: object = NAME) -> dict[str, object]:
    return {"model_name": name, "model_status": status}


@pytest.mark.parametrize(
    ("document", "progress"),
    [
        ({"task_status": "UNKNOWN"}, Waiting()),
        ({"task_status": "QUEUING", "extra": {"eta_relative": 600}}, Waiting(eta=600.0)),
        ({"task_status": "QUEUING", "extra": None, "models": None}, Waiting()),
        ({"task_status": "TRAINING"}, Working()),
        (
            {"task_status": "TRAINING", "extra": {"eta_relative": 240, "progress_percent": 35}},
            Working(percent=35, eta=240.0),
        ),
        (
            {"task_status": "TRAINING", "extra": {"eta_relative": "90", "progress_percent": "101.5"}},
            Working(percent=100, eta=90.0),
        ),
        (
            {"task_status": "TRAINING", "extra": {"eta_relative": 0, "progress_percent": 0}},
            Working(percent=0),
        ),
        ({"task_status": "TRAINING", "extra": [1], "models": "x"}, Working()),
        ({"task_status": "SUCCESS", "models": []}, Deploying()),
        ({"task_status": "SUCCESS"}, Deploying()),
        ({"task_status": "SUCCESS", "models": [model("DEPLOYING")]}, Deploying()),
        ({"task_status": "SUCCESS", "models": [model("SOMETHING_NEW")]}, Deploying()),
        ({"task_status": "SUCCESS", "models": [model("SERVING", "")]}, Deploying()),
        ({"task_status": "SUCCESS", "models": [model("SERVING")]}, Trained(NAME)),
        (
            {"task_status": "SUCCESS", "models": [None, model("DEPLOYING", "a"), model("SERVING")]},
            Trained(NAME),
        ),
        ({"task_status": "TRAINING", "models": [model("SERVING")]}, Working()),
        ({"task_status": "FAILED"}, GivenUp()),
        ({"task_status": "CANCELED"}, GivenUp()),
        ({"task_status": "PAUSED_FOR_TEA", "extra": {"progress_percent": 7}}, Working(percent=7)),
        ({"code": 0, "msg": "", "data": {"task_status": "FAILED"}}, GivenUp()),
    ],
)
def test_a_training_stands_as_its_words_say(document: object, progress: TrainingProgress) -> None:
    assert reading.training(document) == progress


def result(status: str, **more: object) -> dict[str, object]:
    about = ("reason", "eta", "progress_percent")
    task = {name: more.pop(name) for name in about if name in more}
    return {"task": {"task_id": "5b0f", "status": status, **task}, **more}


URL = "https://out.example.test/prod/5b0f/1.webp?X-Amz-Expires=3600"


@pytest.mark.parametrize(
    ("document", "progress"),
    [
        (result("TASK_STATUS_QUEUED"), Waiting()),
        (result("TASK_STATUS_UNKNOWN", eta=0), Waiting()),
        (result("TASK_STATUS_PROCESSING", eta=3.5, progress_percent=40), Working(percent=40, eta=3.5)),
        (result("TASK_STATUS_SOMETHING"), Working()),
        (result("TASK_STATUS_FAILED", reason="no luck"), GivenUp("no luck")),
        (result("TASK_STATUS_FAILED", reason=None), GivenUp()),
        (
            result("TASK_STATUS_SUCCEED", images=[{"image_url": URL}], progress_percent=0),
            Painted((RemotePicture(URL),)),
        ),
        (result("TASK_STATUS_SUCCEED", image=[{"image_url": URL}]), Painted((RemotePicture(URL),))),
        (result("TASK_STATUS_SUCCEED", images=None, imgs=[URL, 3, {}]), Painted((RemotePicture(URL),))),
        (
            result(
                "TASK_STATUS_SUCCEED",
                images=[{"image_url": URL, "image_url_ttl": "0", "new": 1}],
                videos=None,
            ),
            Painted((RemotePicture(URL),)),
        ),
        (result("TASK_STATUS_SUCCEED"), Painted(())),
        (result("TASK_STATUS_SUCCEED", images=[]), Painted(())),
        ({"code": 0, "data": result("TASK_STATUS_QUEUED")}, Waiting()),
    ],
)
def test_a_painting_stands_as_its_words_say(document: object, progress: PaintingProgress) -> None:
    assert reading.painting(document) == progress


@pytest.mark.parametrize(
    ("check", "flagged"),
    [
        (None, False),
        ({}, False),
        ([], False),
        ({"valid": True, "confidence": 3}, False),
        ({"valid": True, "confidence": 49.9}, False),
        ({"valid": True, "confidence": 50}, True),
        ({"valid": True, "confidence": "97"}, True),
        ({"valid": False, "confidence": 99}, False),
        ({"valid": True}, False),
    ],
)
def test_a_picture_is_flagged_by_a_check_that_worked_and_is_sure(check: object, flagged: bool) -> None:
    images = [{"image_url": URL, "nsfw_detection_result": check}]
    assert reading.painting(result("TASK_STATUS_SUCCEED", images=images)) == Painted(
        (RemotePicture(URL, flagged),)
    )


@pytest.mark.parametrize(
    ("document", "task"),
    [
        ({"task_id": "5b0f-1"}, "5b0f-1"),
        ({"code": 0, "msg": "", "data": {"task_id": "5b0f-2"}}, "5b0f-2"),
        ({"task_id": None, "data": {"task_id": "5b0f-3"}}, "5b0f-3"),
        ({"task_id": "top", "data": {"task_id": "inner"}}, "top"),
        ({"task_id": 77}, "77"),
    ],
)
def test_a_task_id_is_found_flat_or_wrapped(document: object, task: str) -> None:
    assert reading.task_id(document) == task


@pytest.mark.parametrize(
    "document",
    [{}, [], None, "x", {"task_id": ""}, {"task_id": "a b"}, {"task_id": "\n"}, {"data": {"task_id": True}}],
)
def test_an_answer_without_a_usable_task_id_is_no_answer(document: object) -> None:
    with pytest.raises(ValueError, match=r"validation error|not an object"):
        reading.task_id(document)


def test_an_asset_id_keeps_its_json_type() -> None:
    for given_id in ("c0ffee5e12ab4d0d9b7a3f6611e0aa42", 123456):
        slot = wire.read(wire.UploadSlot, {"assets_id": given_id, "upload_url": "https://x", "headers": None})
        assert slot.assets_id == given_id
        assert type(slot.assets_id) is type(given_id)


def test_money_comes_as_strings_and_as_numbers() -> None:
    detail = {
        "availableBalance": "128450",
        "cashBalance": "1",
        "creditLimit": "0",
        "outstandingInvoices": "0",
    }
    assert reading.balance_detail(detail).balance == Decimal("12.845")
    assert reading.user({"credit_balance": 128450}).balance == Decimal("12.845")
    assert reading.user({"credit_balance": 1.5}).balance == Decimal("0.00015")
    assert reading.user({"credit_balance": "-20000"}).balance == Decimal(-2)
    unusable: tuple[object, ...] = (None, True, "", "NaN", "Infinity", "1e400", [], {})
    for bad in unusable:
        with pytest.raises(ValueError, match=r"validation error|not an object"):
            reading.user({"credit_balance": bad})


def listed(sd_name: str = "inkwash_v2_70211.safetensors", **more: object) -> dict[str, object]:
    return {"sd_name": sd_name, "name": "Inkwash", "status": 1, "type": {"name": "checkpoint"}, **more}


@pytest.mark.parametrize(
    ("entry", "checkpoint"),
    [
        (listed(base_model="SD 1.5"), Checkpoint("inkwash_v2_70211.safetensors", "Inkwash", Family.SD15)),
        (listed(base_model="SDXL 1.0"), Checkpoint("inkwash_v2_70211.safetensors", "Inkwash", Family.SDXL)),
        (listed(is_sdxl=True), Checkpoint("inkwash_v2_70211.safetensors", "Inkwash", Family.SDXL)),
        (listed(is_sdxl=False), Checkpoint("inkwash_v2_70211.safetensors", "Inkwash", Family.SD15)),
        (
            listed(base_model="Pony", is_sdxl=True),
            Checkpoint("inkwash_v2_70211.safetensors", "Inkwash", Family.SDXL),
        ),
        (
            listed(base_model="SD 1.5", name="V4.0"),
            Checkpoint("inkwash_v2_70211.safetensors", "inkwash v2 (V4.0)", Family.SD15),
        ),
        (
            listed(base_model="SD 1.5", name=None),
            Checkpoint("inkwash_v2_70211.safetensors", "inkwash v2", Family.SD15),
        ),
        (listed(), None),
        (listed(base_model="SD 2.1", is_sdxl=False), None),
        (listed(base_model="Flux.1 D"), None),
        (listed(base_model="SD 1.5", status=0), None),
        (listed(base_model="SD 1.5", status=None), None),
        (listed(base_model="SD 1.5", type={"name": "lora"}), None),
        (listed(base_model="SD 1.5", base_model_type="Inpainting"), None),
        (listed("realisticVisionV40_v40VAE-inpainting_81543.safetensors", base_model="SD 1.5"), None),
        (listed("", base_model="SD 1.5"), None),
    ],
)
def test_only_what_can_be_painted_with_is_a_checkpoint(entry: object, checkpoint: Checkpoint | None) -> None:
    found, cursor = reading.checkpoints({"models": [entry], "pagination": {"next_cursor": "c_WzEs"}})
    assert found == (checkpoint,)
    assert cursor == "c_WzEs"


def walk(pages: list[tuple[int, str]], *, cap: int = 100) -> int:
    """Pages that are asked for before the list is over."""
    cursor = reading.Cursor(cap=cap)
    asked = 0
    while not cursor.done:
        found, following = pages[asked]
        asked += 1
        cursor.move(following, found=found)
    return asked


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        pytest.param([(0, "c_10")], 1, id="an empty page"),
        pytest.param([(100, "")], 1, id="no cursor"),
        pytest.param([(100, "c_0")], 1, id="the cursor of the start"),
        pytest.param([(100, "c_100"), (100, "c_100")], 2, id="the same cursor"),
        pytest.param([(100, "c_1"), (100, "c_2"), (100, "c_1")], 3, id="a cursor already seen"),
        pytest.param([(10, "c_10"), (3, "c_13"), (0, "c_13")], 3, id="short pages go on"),
    ],
)
def test_a_list_ends_at_every_sign_of_its_end(pages: list[tuple[int, str]], asked: int) -> None:
    assert walk(pages) == asked


def test_a_list_that_never_ends_is_left() -> None:
    assert walk([(100, f"c_{n}") for n in range(1, 50)], cap=7) == 7


def test_the_first_page_is_asked_for_without_a_cursor() -> None:
    cursor = reading.Cursor(cap=3)
    assert cursor.params() == {"pagination.limit": "100"}
    cursor.move("c_WzEsNzAyMTFd", found=100)
    assert cursor.params() == {"pagination.limit": "100", "pagination.cursor": "c_WzEsNzAyMTFd"}


READERS: list[Callable[[object], object]] = [
    reading.training,
    reading.painting,
    reading.task_id,
    reading.trainings,
    reading.checkpoints,
    reading.user,
    reading.balance_detail,
    lambda document: wire.read(wire.UploadSlot, document),
]


@settings(max_examples=300)
@given(document=anything(), reader=st.sampled_from(READERS))
def test_any_json_is_read_or_refused_as_unreadable(document: Any, reader: Callable[[object], object]) -> None:
    try:
        reader(document)
    except ValueError:
        return
