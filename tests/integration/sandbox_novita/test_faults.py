"""Each misbehaviour on request, as a client sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.sandbox.novita import Fault, Faults, NovitaServer, Place
from tests.integration.sandbox_novita.conftest import Customer, picture

TXT2IMG, RESULT = "/v3/async/txt2img", "/v3/async/task-result"


async def test_an_order_can_be_accepted_without_an_answer(ada: Customer, novita: NovitaServer) -> None:
    novita.faults.accept_and_hang()
    order = asyncio.create_task(ada.post(TXT2IMG, ada.painting()))
    await novita.accepted(1)
    done, _ = await asyncio.wait({order}, timeout=0.05)
    assert not done
    order.cancel()
    with pytest.raises(asyncio.CancelledError):
        await order
    assert (await ada.post(TXT2IMG, ada.painting())).status == 200
    assert novita.account(ada.key).orders == 2


async def test_an_order_can_be_accepted_and_the_connection_reset(ada: Customer, novita: NovitaServer) -> None:
    novita.faults.accept_and_drop(path="/v3/training/*")
    order = await ada.subject_order()
    with pytest.raises(aiohttp.ClientConnectionError):
        await ada.post("/v3/training/subject", order)
    assert novita.orders == 1
    [task] = (await ada.get("/v3/training")).json["tasks"]
    assert task["task_name"] == "mara"


async def test_an_order_can_be_accepted_and_answered_with_an_error(
    ada: Customer, novita: NovitaServer
) -> None:
    novita.faults.accept_and_500()
    answer = await ada.post(TXT2IMG, ada.painting())
    assert (answer.status, answer.reason) == (500, "CREATE_TASK_FAILED")
    assert novita.orders == 1


async def test_a_fault_of_acceptance_waits_for_an_order_that_is_good(
    ada: Customer, novita: NovitaServer
) -> None:
    fault = novita.faults.accept_and_500()
    assert (await ada.post(TXT2IMG, ada.painting(width=1))).reason == "INVALID_REQUEST_BODY"
    assert fault.hits == 0
    assert (await ada.post(TXT2IMG, ada.painting())).status == 500
    assert fault.hits == 1


@pytest.mark.parametrize(
    ("arm", "status", "text"),
    [
        (
            lambda f: f.refuse("BILLING_BALANCE_NOT_ENOUGH", status=403),
            403,
            '"reason":"BILLING_BALANCE_NOT_ENOUGH"',
        ),
        (lambda f: f.refuse("BILLING_FAILED", message="later"), 500, '"message":"later"'),
        (lambda f: f.too_many(), 429, "RATE_LIMIT_EXCEEDED"),
        (lambda f: f.html(502), 502, "<html>"),
        (lambda f: f.html(500), 500, "<html>"),
        (lambda f: f.front(1015), 403, "error code: 1015"),
        (lambda f: f.legacy("msg", message="no"), 400, '{"code":400,"msg":"no"}'),
        (lambda f: f.legacy("error"), 400, '{"error":{'),
        (lambda f: f.legacy("detail"), 400, '{"detail":'),
        (lambda f: f.legacy("text", status=503), 503, "something went wrong"),
        (lambda f: f.legacy("empty", status=500), 500, ""),
    ],
)
async def test_a_refusal_on_request_orders_nothing_and_passes(
    ada: Customer, novita: NovitaServer, arm: Callable[[Faults], Fault], status: int, text: str
) -> None:
    fault = arm(novita.faults)
    answer = await ada.post(TXT2IMG, ada.painting())
    assert answer.status == status
    assert text in answer.text
    assert (novita.orders, fault.hits) == (0, 1)
    assert novita.requests[-1].faults == [fault.name]
    assert (await ada.post(TXT2IMG, ada.painting())).status == 200


async def test_retry_after_is_sent_only_when_it_was_asked_for(ada: Customer, novita: NovitaServer) -> None:
    novita.faults.too_many()
    assert "Retry-After" not in (await ada.get("/v3/user")).headers
    novita.faults.too_many(retry_after=7)
    assert (await ada.get("/v3/user")).headers["Retry-After"] == "7"


async def test_a_fault_meets_only_its_path_and_method_and_as_often_as_told(
    ada: Customer, novita: NovitaServer
) -> None:
    fault = novita.faults.refuse("GET_RESULT_FAILED", path="/v3/*", method="GET", times=2)
    assert (await ada.get("/openapi/v1/billing/balance/detail")).status == 200
    assert (await ada.post("/v3/assets/training_dataset", {"file_extension": "png"})).status == 200
    assert [(await ada.get("/v3/user")).status for _ in range(3)] == [500, 500, 200]
    assert fault.left == 0


async def test_a_fault_without_an_end_stays_until_it_is_removed(ada: Customer, novita: NovitaServer) -> None:
    fault = novita.faults.html(times=None)
    assert [(await ada.get("/v3/user")).status for _ in range(3)] == [502] * 3
    novita.faults.remove(fault)
    assert (await ada.get("/v3/user")).status == 200


async def test_a_slow_answer_comes_in_the_end(ada: Customer, novita: NovitaServer) -> None:
    novita.faults.slow(0.05)
    started = asyncio.get_running_loop().time()
    assert (await ada.get("/v3/user")).status == 200
    assert asyncio.get_running_loop().time() - started >= 0.05


async def test_connections_can_be_reset_or_hang_before_anything_happens(
    ada: Customer, novita: NovitaServer
) -> None:
    novita.faults.drop(method="POST")
    with pytest.raises(aiohttp.ClientConnectionError):
        await ada.post(TXT2IMG, ada.painting())
    novita.faults.hang()
    with pytest.raises(TimeoutError):
        await ada.call("POST", TXT2IMG, json=ada.painting(), timeout=aiohttp.ClientTimeout(total=0.05))
    assert novita.orders == 0


async def test_half_a_json_answer_is_not_json(ada: Customer, novita: NovitaServer) -> None:
    novita.faults.truncated_json(path=TXT2IMG)
    answer = await ada.post(TXT2IMG, ada.painting())
    assert (answer.status, answer.json) == (200, None)
    assert answer.body.startswith(b'{"task_id')
    assert novita.orders == 1


async def test_the_legacy_envelope_wraps_the_task_id(ada: Customer, novita: NovitaServer) -> None:
    novita.faults.wrapped()
    answer = (await ada.post(TXT2IMG, ada.painting())).json
    assert (answer["code"], answer["msg"]) == (0, "")
    assert (await ada.get(RESULT, task_id=answer["data"]["task_id"])).status == 200


async def test_an_integer_assets_id_must_come_back_as_an_integer(ada: Customer, novita: NovitaServer) -> None:
    novita.faults.integer_assets_id()
    place = await ada.ask()
    number = place["assets_id"]
    assert isinstance(number, int)
    assert (await ada.fetch(place["upload_url"], method="PUT", data=picture())).status == 200
    as_text = await ada.subject_order(image_dataset_items=[{"assets_id": str(number)}])
    assert (await ada.post("/v3/training/subject", as_text)).reason == "INVALID_REQUEST_BODY"
    as_given = await ada.subject_order(image_dataset_items=[{"assets_id": number}])
    assert (await ada.post("/v3/training/subject", as_given)).status == 200


@pytest.mark.parametrize(
    ("arm", "read", "expected"),
    [
        (lambda f: f.ttl(3600), lambda r: r["images"][0]["image_url_ttl"], 3600),
        (lambda f: f.ttl("0"), lambda r: r["images"][0]["image_url_ttl"], "0"),
        (lambda f: f.nsfw({}), lambda r: r["images"][0]["nsfw_detection_result"], {}),
        (lambda f: f.no_images(), lambda r: (r["task"]["status"], r["images"]), ("TASK_STATUS_SUCCEED", [])),
        (lambda f: f.missing_arrays(), lambda r: sorted(r), ["extra", "task"]),
        (lambda f: f.null_arrays(), lambda r: (r["images"], r["videos"], r["audios"]), (None, None, None)),
        (lambda f: f.unknown_status(), lambda r: (r["task"]["status"], r["images"]), ("REBALANCING", [])),
    ],
)
async def test_a_task_result_changes_its_shape_on_request(
    ada: Customer,
    novita: NovitaServer,
    arm: Callable[[Faults], Fault],
    read: Callable[[Any], Any],
    expected: object,
) -> None:
    arm(novita.faults)
    assert read(await ada.painted()) == expected


async def test_a_training_changes_its_shape_on_request(ada: Customer, novita: NovitaServer) -> None:
    task_id = (await ada.post("/v3/training/subject", await ada.subject_order())).json["task_id"]
    path = "/v3/training/subject"
    novita.faults.missing_arrays()
    assert "models" not in (await ada.get(path, task_id=task_id)).json
    novita.faults.null_arrays()
    assert (await ada.get(path, task_id=task_id)).json["models"] is None
    novita.faults.unknown_status("WARMING")
    assert (await ada.get(path, task_id=task_id)).json["task_status"] == "WARMING"
    novita.faults.null_arrays()
    assert (await ada.get("/v3/training")).json["tasks"] is None


@pytest.mark.parametrize(
    ("arm", "status", "code"),
    [
        (lambda f: f.expired_upload(), 403, "AccessDenied"),
        (lambda f: f.bad_signature(), 403, "SignatureDoesNotMatch"),
        (lambda f: f.slow_down(), 503, "SlowDown"),
    ],
)
async def test_the_bucket_refuses_on_request(
    ada: Customer, novita: NovitaServer, arm: Callable[[Faults], Fault], status: int, code: str
) -> None:
    arm(novita.faults)
    url = (await ada.ask())["upload_url"]
    answer = await ada.fetch(url, method="PUT", data=picture())
    assert answer.status == status
    assert f"<Code>{code}</Code>" in answer.text
    assert novita.uploads == []
    assert (await ada.fetch(url, method="PUT", data=picture())).status == 200


async def test_result_files_come_wrong_cut_short_or_not_at_all_on_request(
    ada: Customer, novita: NovitaServer
) -> None:
    url = (await ada.painted())["images"][0]["image_url"]
    whole = (await ada.fetch(url)).body
    novita.faults.wrong_bytes()
    wrong = await ada.fetch(url)
    assert wrong.headers["Content-Type"] == "image/png"
    assert wrong.body.startswith(b"<html>")
    novita.faults.short_result()
    assert (await ada.fetch(url)).body == whole[: len(whole) // 2]
    novita.faults.cut_result()
    with pytest.raises(aiohttp.ClientPayloadError):
        await ada.fetch(url)
    novita.faults.expired_result()
    assert (await ada.fetch(url)).status == 403
    novita.faults.drop(place=Place.RESULTS)
    with pytest.raises(aiohttp.ClientConnectionError):
        await ada.fetch(url, method="POST")
    assert (await ada.fetch(url)).body == whole


async def test_a_client_that_leaves_in_the_middle_of_an_upload_leaves_no_upload(
    ada: Customer, novita: NovitaServer, caplog: pytest.LogCaptureFixture
) -> None:
    url = urlsplit((await ada.ask())["upload_url"])
    _, writer = await asyncio.open_connection(url.hostname, url.port)
    head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: 99999\r\n\r\nhalf"
    writer.write(head.encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with novita.down():
        assert novita.uploads == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_server_that_is_down_refuses_connections_and_comes_back_the_same(
    ada: Customer, novita: NovitaServer
) -> None:
    task_id = (await ada.post(TXT2IMG, ada.painting())).json["task_id"]
    async with novita.down():
        with pytest.raises(aiohttp.ClientConnectorError):
            await ada.get("/v3/user")
    assert (await ada.get(RESULT, task_id=task_id)).status == 200
