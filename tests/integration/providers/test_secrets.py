"""Neither a key nor a signature leaves through an error or the log, whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bot.domain.errors import Refusal
from bot.domain.keys import ApiKey
from bot.domain.specs import TrainingKind
from bot.providers.base import RemotePicture
from bot.providers.http import Http, Patience
from bot.providers.novita import NovitaProvider
from tests.integration.providers.raw import Act, RawServer, reply
from tests.integration.providers.test_novita import PAINTING, SUBJECT

KEY = ApiKey("sk_live_verysecretindeed")
SIGNATURE = "5ec2e75164a7a2e0"
QUERY = f"?X-Amz-Date=20260110T101500Z&X-Amz-Expires=120&X-Amz-Signature={SIGNATURE}"
ECHO = f"bad key {KEY.reveal()} at https://h.test/x{QUERY}"

ACTS = {
    "close": Act(then="close"),
    "reset": Act(then="reset"),
    "hang": Act(then="hang"),
    "half": Act(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "close"),
    "no HTTP": Act(f"NONSENSE {ECHO}\r\n\r\n".encode(), "close"),
    "echo 400": reply(400, {"code": 400, "reason": "INVALID_REQUEST_BODY", "message": ECHO}),
    "echo 400 as detail": reply(400, {"detail": ECHO}),
    "echo 400 as text": reply(400, ECHO.encode()),
    "echo 403": reply(403, {"reason": ECHO, "message": ECHO}),
    "echo as reason": reply(403, {"reason": KEY.reveal().upper()}),
    "echo 500": reply(500, {"reason": "TASK_FAILED", "message": ECHO}),
    "echo in a result": reply(200, {"task": {"status": "FAILED", "reason": ECHO}, "task_status": ECHO}),
    "echo as html": reply(200, f"<html>{ECHO}</html>".encode()),
}


def links(error: BaseException) -> Iterator[BaseException]:
    todo = [error]
    while todo:
        one = todo.pop()
        yield one
        todo += [linked for linked in (one.__cause__, one.__context__) if linked is not None]


def everything(error: BaseException) -> str:
    return "\n".join(f"{one!s} {one!r} {one.args!r} {vars(one)!r}" for one in links(error))


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
async def test_neither_keys_nor_signatures_are_told(
    connections: Http,
    act: Act,
    picture: Callable[..., Path],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    refused: list[Refusal] = []
    async with RawServer(act) as server, RawServer(reply(200)) as gate:
        gate.acts = [reply(200, {"assets_id": 1, "upload_url": f"{server.url}/x{QUERY}"})]
        patience = Patience(question=0.2, questions=1.0, order=0.2, transfer=0.2, first_pause=0.0, tries=2)
        provider = NovitaProvider(connections, url=server.url, patience=patience)
        through = NovitaProvider(connections, url=gate.url, patience=patience)
        remote = RemotePicture(f"{server.url}/x{QUERY}")
        calls: list[Awaitable[object]] = [
            provider.account(KEY),
            provider.order_painting(KEY, PAINTING),
            provider.order_training(KEY, SUBJECT, assets=["a"], captions=[], name="easel-1"),
            provider.painting(KEY, "5b0f"),
            provider.training(KEY, "5b0f", kind=TrainingKind.SUBJECT),
            provider.checkpoints(KEY, query="ink"),
            provider.upload(KEY, picture(), extension="png"),
            through.upload(KEY, picture(), extension="png"),
            provider.fetch(remote, tmp_path / "out.png", limit=1000),
        ]
        for call in calls:
            try:
                told.append(repr(await call))
            except Refusal as refusal:
                refused.append(refusal)
    assert refused
    told += [everything(refusal) + repr(refusal.to_facts()) for refusal in refused]
    told += [f"{record.getMessage()} {vars(record)!r}" for record in caplog.records]
    assert len(told) > 9
    text = "\n".join(told)
    for secret in (KEY.reveal(), KEY.reveal().upper(), SIGNATURE):
        assert secret not in text


async def test_what_holds_keys_does_not_show_them(connections: Http) -> None:
    provider = NovitaProvider(connections, url="https://api.example.test")
    assert KEY.reveal() not in f"{provider!r} {vars(provider)!r} {KEY!r} {KEY!s}"
