"""Questions are repeated, orders never are, and every way for an answer to fail is known: over real sockets."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.domain.errors import (
    BalanceEmpty,
    EndpointGone,
    FrontRefused,
    KeyRefused,
    NotAllowed,
    OutcomeUnknown,
    PromptRefused,
    ProviderDown,
    ProviderNonsense,
    ProviderRefusal,
    RateLimited,
    RequestRefused,
)
from bot.domain.keys import ApiKey
from bot.providers.http import LARGEST_ANSWER, Http, Line, Patience, open_http
from bot.providers.novita.errors import explain
from bot.providers.novita.reading import task_id
from tests.integration.providers.conftest import SHORT
from tests.integration.providers.raw import Act, RawServer, refused_port, reply

KEY = ApiKey("sk_live_secretsecret")
TASK = {"task_id": "5b0f"}


def line(
    connections: Http, url: str, *, patience: Patience = SHORT, slept: list[float] | None = None
) -> Line:
    async def sleep(seconds: float) -> None:
        if slept is not None:
            slept.append(seconds)

    return Line(
        connections,
        provider="novita",
        url=url,
        explain=explain,
        patience=patience,
        sleep=sleep,
        jitter=lambda: 1.0,
    )


async def ordered(connections: Http, server: RawServer) -> str:
    return await line(connections, server.url).order(
        "/v3/async/txt2img", key=KEY, body={"a": 1}, parse=task_id
    )


async def asked(connections: Http, server: RawServer, *, slept: list[float] | None = None) -> str:
    patience = Patience(connect=2.0, question=0.3, questions=30.0)
    return await line(connections, server.url, patience=patience, slept=slept).ask(
        "/v3/x", key=KEY, params={"task_id": "a+b &c=%2F"}, parse=task_id
    )


UNCLEAR = {
    "a hang": Act(then="hang"),
    "a close without a word": Act(then="close"),
    "a reset": Act(then="reset"),
    "half a head": Act(b"HTTP/1.1 200 OK\r\nContent-Le", "close"),
    "half a body": Act(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"task_id"', "close"),
    "a body that never ends": Act(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"task_id"', "hang"),
    "half a chunk": Act(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{", "close"),
    "no HTTP": Act(b"220 mail.example.test ESMTP\r\n", "close"),
    "broken gzip": reply(200, b"no gzip", headers=["Content-Encoding: gzip"]),
    "truncated JSON": reply(200, b'{"task_id": "5b'),
    "HTML": reply(200, b"<html>welcome</html>"),
    "an empty 200": reply(200),
    "a 204": reply(204),
    "JSON without a task": reply(200, {"id": 1}),
    "a list": reply(200, [1]),
    "a redirect": reply(307, headers=["Location: /elsewhere"]),
    "a 500": reply(500, {"code": 500, "reason": "CREATE_TASK_FAILED", "message": "x"}),
    "a billing 500": reply(500, {"code": 500, "reason": "BILLING_FAILED"}),
    "a 500 that speaks of the key": reply(500, {"reason": "INVALID_API_KEY"}),
    "a 502 of a proxy": reply(502, b"<html>Bad Gateway</html>"),
    "a 503 with Retry-After": reply(503, b"", headers=["Retry-After: 1"]),
    "a 408": reply(408, {}),
    "a failure under a 200": reply(200, {"code": -1, "msg": "internal", "data": None}),
    "an unknown code under a 200": reply(200, {"code": 31337, "msg": "?", "data": None}),
}


@pytest.mark.parametrize("act", UNCLEAR.values(), ids=UNCLEAR.keys())
async def test_an_order_without_a_clear_answer_is_sent_once_and_its_outcome_is_unknown(
    connections: Http, act: Act
) -> None:
    async with RawServer(act) as server:
        with pytest.raises(OutcomeUnknown):
            await ordered(connections, server)
        assert len(server.asked) == 1


@pytest.mark.parametrize("act", UNCLEAR.values(), ids=UNCLEAR.keys())
async def test_an_order_after_other_calls_is_sent_once_as_well(connections: Http, act: Act) -> None:
    async with RawServer(reply(200, TASK), reply(200, TASK), act) as server:
        assert await asked(connections, server) == "5b0f"
        assert await ordered(connections, server) == "5b0f"
        with pytest.raises(OutcomeUnknown):
            await ordered(connections, server)
        assert len(server.asked) == 3


async def test_an_order_never_meets_the_end_of_a_connection_that_was_kept(connections: Http) -> None:
    async with RawServer(reply(200, TASK, then="close")) as server:
        for number in range(1, 4):
            assert await asked(connections, server) == "5b0f"
            assert await ordered(connections, server) == "5b0f"
            assert len([request for request in server.asked if request.line.startswith("POST")]) == number
        assert server.asked[1].headers["connection"] == "close"


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (reply(400, {"reason": "INVALID_REQUEST_BODY", "message": "steps"}), RequestRefused),
        (reply(400, {"reason": "ILLEGAL_PROMPT"}), PromptRefused),
        (reply(403, {"reason": "INVALID_API_KEY"}), KeyRefused),
        (reply(401, b""), KeyRefused),
        (reply(400, {"reason": "BILLING_BALANCE_NOT_ENOUGH"}), BalanceEmpty),
        (reply(403, {"reason": "API_NOT_ALLOWED"}), NotAllowed),
        (reply(404, {"reason": "API_NOT_FOUND"}), EndpointGone),
        (reply(403, b"error code: 1010"), FrontRefused),
        (reply(429, b"slow down"), RateLimited),
        (reply(422, {"detail": [{"loc": []}]}), RequestRefused),
        (reply(200, {"code": 7, "msg": "balance", "data": None}), BalanceEmpty),
    ],
)
async def test_a_clear_refusal_of_an_order_is_said_and_not_repeated(
    connections: Http, act: Act, kind: type[ProviderRefusal]
) -> None:
    async with RawServer(act) as server:
        with pytest.raises(kind):
            await ordered(connections, server)
        assert len(server.asked) == 1


async def test_an_order_that_cannot_be_sent_is_known_to_be_unsent(connections: Http) -> None:
    for host in (f"127.0.0.1:{await refused_port()}", "nowhere.invalid"):
        with pytest.raises(ProviderDown):
            await line(connections, f"http://{host}").order("/x", key=KEY, body={}, parse=task_id)


async def test_an_order_that_gets_no_connection_is_known_to_be_unsent() -> None:
    patience = Patience(connect=0.05, order=5.0)
    async with (
        RawServer(Act(then="hang")) as server,
        open_http(user_agent="easel/test", connections=1) as pool,
    ):
        patient = line(pool, server.url, patience=Patience(order=5.0))
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(patient.order("/x", key=KEY, body={}, parse=task_id))
            await server.called(1)
            with pytest.raises(ProviderDown):
                await line(pool, server.url, patience=patience).order("/x", key=KEY, body={}, parse=task_id)
            assert len(server.asked) == 1
            waiting.cancel()


async def test_what_is_sent_is_what_the_service_wants(connections: Http) -> None:
    async with RawServer(reply(200, TASK)) as server:
        await ordered(connections, server)
        await asked(connections, server)
        order, question = server.asked
    assert order.line == "POST /v3/async/txt2img HTTP/1.1"
    assert order.body in (b'{"a":1}', b'{"a": 1}')
    assert order.headers["content-type"] == "application/json"
    assert question.line == "GET /v3/x?task_id=a%2Bb+%26c%3D%252F HTTP/1.1"
    for request in (order, question):
        assert request.headers["authorization"] == f"Bearer {KEY.reveal()}"
        assert request.headers["user-agent"] == "easel/test"
        assert request.headers["accept"] == "application/json"
        assert "cookie" not in request.headers


async def test_one_persons_cookies_do_not_go_along_with_anothers_key(connections: Http) -> None:
    async with RawServer(reply(200, TASK, headers=["Set-Cookie: session=ada; Path=/"])) as server:
        named = line(connections, server.url.replace("127.0.0.1", "localhost"))
        for _ in range(3):
            await asked(connections, server)
            await named.ask("/x", key=KEY, parse=task_id)
        assert not any("cookie" in request.headers for request in server.asked)


@pytest.mark.parametrize(
    "act",
    [
        Act(then="hang"),
        Act(then="close"),
        Act(then="reset"),
        reply(200, b'{"task'),
        reply(200, b"<html>"),
        reply(200, {"no": "task"}),
        reply(429, {}),
        reply(500, {"reason": "GET_RESULT_FAILED"}),
        reply(502, b"<html>"),
    ],
)
async def test_a_question_survives_what_passes(connections: Http, act: Act) -> None:
    async with RawServer(act, act, reply(200, TASK)) as server:
        assert await asked(connections, server) == "5b0f"
        assert len(server.asked) >= 3


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (Act(then="close"), ProviderDown),
        (reply(500, b""), ProviderDown),
        (reply(200, b"<html>"), ProviderNonsense),
        (reply(302, headers=["Location: /x"]), ProviderNonsense),
        (reply(429, b""), RateLimited),
    ],
)
async def test_a_question_is_given_up_after_four_tries(
    connections: Http, act: Act, kind: type[ProviderRefusal]
) -> None:
    slept: list[float] = []
    async with RawServer(act) as server:
        with pytest.raises(kind):
            await asked(connections, server, slept=slept)
    assert slept == [0.5, 1.0, 2.0]


async def test_a_clear_refusal_of_a_question_is_not_asked_again(connections: Http) -> None:
    slept: list[float] = []
    async with RawServer(reply(403, {"reason": "INVALID_API_KEY"})) as server:
        with pytest.raises(KeyRefused):
            await asked(connections, server, slept=slept)
        assert len(server.asked) == 1
    assert slept == []


async def test_the_servers_own_word_about_when_comes_first(connections: Http) -> None:
    slept: list[float] = []
    busy = reply(429, {}, headers=["Retry-After: 7"])
    async with RawServer(busy, reply(503, b"", headers=["Retry-After: 3"]), reply(200, TASK)) as server:
        assert await asked(connections, server, slept=slept) == "5b0f"
    assert slept == [7.0, 3.0]


async def test_a_wait_beyond_the_deadline_is_not_begun_but_told(connections: Http) -> None:
    slept: list[float] = []
    async with RawServer(reply(429, {}, headers=["Retry-After: 3600"])) as server:
        with pytest.raises(RateLimited) as caught:
            await asked(connections, server, slept=slept)
        assert len(server.asked) == 1
    assert caught.value.retry_after == 3600.0
    assert slept == []


async def test_a_server_that_drips_does_not_hold_a_question_beyond_its_deadline(connections: Http) -> None:
    async with RawServer(Act(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n ", "hang")) as server:
        began = time.monotonic()
        patience = Patience(question=0.2, questions=0.3)
        with pytest.raises(ProviderDown):
            await line(connections, server.url, patience=patience).ask("/x", key=KEY, parse=task_id)
        assert time.monotonic() - began < 3.0


async def test_an_answer_that_floods_is_cut_off(connections: Http) -> None:
    flood = reply(200, b" " * (LARGEST_ANSWER + 1) + b'{"task_id": "x"}', then="close")
    async with RawServer(flood) as server:
        with pytest.raises(OutcomeUnknown):
            await ordered(connections, server)
