"""The judge itself: it passes right exchanges, and names what is wrong with the others."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.discord import Channel, Person
from tests.integration.sandbox_discord.raw import RawBot
from tests.integration.sandbox_discord.shapes import picture, post, text
from tests.openapi import Entry, Judge, the_judge


@pytest.fixture
def judge() -> Judge:
    return the_judge()


def _set(entry: Entry, path: str, value: Any) -> None:
    *steps, last = path.split("/")
    place: Any = entry
    for step in steps:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value


WRONG: dict[str, tuple[Callable[[Entry], None], str]] = {
    "an answer without author": (lambda each: _set(each, "response/author", None), "'author' is a required"),
    "a number for an id": (lambda each: _set(each, "response/id", 5), "answer['id']"),
    "a component without id": (
        lambda each: _set(each, "response/components/0/id", None),
        "'id' is a required property",
    ),
    "a body with a word for content": (lambda each: _set(each, "body/content", 5), "body['content']"),
    "a component that is none": (lambda each: _set(each, "body/components/0/type", 99), "components"),
    "an unknown query": (lambda each: _set(each, "query/colour", "red"), "no parameter 'colour'"),
    "an unknown route": (lambda each: _set(each, "path", "/channels/1/nonsense"), "no such route"),
    "an unknown status": (lambda each: _set(each, "status", 302), "no such status"),
    "a wrong content type": (lambda each: _set(each, "content_type", "text/plain"), "a body of type"),
    "a path that is no id": (lambda each: _set(each, "path", "/channels/abc/messages"), "does not match"),
    "an eleventh file": (
        lambda each: _set(each, "files", [{"field": "files[10]", "filename": "a", "size": 1}]),
        "files in the fields",
    ),
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_exchange_is_named(judge: Judge, raw: RawBot, studio: Channel, name: str) -> None:
    body = {"flags": 1 << 15, "components": [text("x")]}
    await post(raw, studio, body, files={"a.png": picture()})
    entry = copy.deepcopy(raw.discord.exchanges.entries[-1])
    assert judge.check([entry]) == []
    change, fault = WRONG[name]
    change(entry)
    faults = judge.check([entry])
    assert faults
    assert any(fault in each for each in faults), faults


async def test_refusals_and_429s_are_judged_too(judge: Judge, raw: RawBot, ada: Person) -> None:
    raw.discord.faults.next("POST", "/messages$", retry_after=1)
    await post(raw, ada.place, {"content": "x"})
    await post(raw, ada.place, {"content": "x" * 3000})
    limited, refused = copy.deepcopy(raw.discord.exchanges.entries)
    assert judge.check([limited, refused]) == []
    del limited["response"]["retry_after"]
    refused["response"]["errors"]["content"]["_errors"][0].pop("message")
    assert len(judge.check([limited, refused])) >= 2
