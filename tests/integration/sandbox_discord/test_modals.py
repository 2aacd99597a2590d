"""Modals: what they may hold, how a person fills them, what their submit carries, how it may be answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.discord import ModalView, NotOffered, Person
from tests.integration.sandbox_discord.raw import Json, RawBot, Reply, opened
from tests.integration.sandbox_discord.shapes import EPHEMERAL, button, row

MODAL: Json = {
    "title": "Key",
    "custom_id": "key",
    "components": [
        {
            "type": 18,
            "label": "API key",
            "component": {"type": 4, "custom_id": "secret", "style": 1, "min_length": 3, "max_length": 9},
        },
        {
            "type": 18,
            "label": "Pictures",
            "component": {"type": 19, "custom_id": "files", "max_values": 2, "required": False},
        },
        {"type": 10, "content": "read this"},
    ],
}
FULL_MODAL: Json = {
    "title": "All",
    "custom_id": "all",
    "components": [
        {
            "type": 18,
            "label": "Kind",
            "component": {
                "type": 21,
                "custom_id": "kind",
                "options": [{"label": "Person", "value": "p"}, {"label": "Style", "value": "s"}],
            },
        },
        {"type": 18, "label": "I agree", "component": {"type": 23, "custom_id": "agree"}},
        {
            "type": 18,
            "label": "Extras",
            "component": {
                "type": 22,
                "custom_id": "extras",
                "required": False,
                "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}],
            },
        },
        {
            "type": 18,
            "label": "Size",
            "component": {"type": 3, "custom_id": "size", "options": [{"label": "Big", "value": "big"}]},
        },
        {
            "type": 1,
            "components": [
                {"type": 4, "custom_id": "note", "label": "Note", "style": 2, "value": "as before"}
            ],
        },
    ],
}


@pytest.fixture(autouse=True)
async def _registered(raw: RawBot) -> None:
    await raw.registers({"name": "go"})


async def test_a_modal_is_filled_by_labels_and_submitted_with_its_files(raw: RawBot, ada: Person) -> None:
    exchange, event = await opened(raw, ada.runs("/go"), 9, MODAL)
    assert isinstance(exchange.response, ModalView)
    assert "read this" in exchange.response.text
    assert (await raw.follows_up(event, {"content": "x"})).refusal == (404, 10015)

    async def answer(submit: Json) -> Reply:
        secret, files, shown = submit["data"]["components"]
        assert secret["component"]["value"] == "abc"
        ids = files["component"]["values"]
        attachments = submit["data"]["resolved"]["attachments"]
        assert [attachments[each]["filename"] for each in ids] == ["a.png", "b.png"]
        assert attachments[ids[0]]["ephemeral"]
        assert shown["type"] == 10
        assert "message" not in submit
        again = await raw.answers(submit, 9, MODAL)
        assert "type" in again.faults()
        return await raw.answers(submit, 4, {"content": "stored", "flags": EPHEMERAL})

    files = [("a.png", b"1"), ("b.png", b"2")]
    submitted, _ = await raw.meets(ada.submits(exchange, API_key="abc", pictures=files), answer)
    assert submitted.text == "stored"
    assert submitted.message is not None
    triggering = submitted.message.raw["interaction_metadata"]["triggering_interaction_metadata"]
    assert triggering["id"] == event["id"]


async def test_a_modal_is_no_answer_after_a_defer(raw: RawBot, ada: Person) -> None:
    _, event = await opened(raw, ada.runs("/go"), 5)
    assert (await raw.answers(event, 9, MODAL)).refusal == (400, 40060)


async def test_a_modal_from_a_button_can_update_that_buttons_message(raw: RawBot, ada: Person) -> None:
    first, _ = await opened(raw, ada.runs("/go"), 4, {"content": "x", "components": [row(button("a"))]})
    exchange, _ = await opened(raw, ada.clicks("a"), 9, MODAL)
    submitted, event = await opened(raw, ada.submits(exchange, secret="abcd"), 7, {"content": "y"})
    assert first.message is not None
    assert event["message"]["id"] == str(first.message.id)
    assert submitted.message == first.message
    assert submitted.text == "y\na"


async def test_every_kind_of_modal_field_is_carried(raw: RawBot, ada: Person) -> None:
    exchange, _ = await opened(raw, ada.runs("/go"), 9, FULL_MODAL)
    act = ada.submits(exchange, kind="Style", I_agree=True, size="Big", extras="b")
    _, event = await opened(raw, act, 4, {"content": "ok"})
    kind, agree, extras, size, note = event["data"]["components"]
    assert kind["component"]["value"] == "s"
    assert agree["component"]["value"] is True
    assert extras["component"]["values"] == ["b"]
    assert size["component"]["values"] == ["big"]
    assert note["components"][0]["value"] == "as before"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "characters"),
        ({"secret": "ab"}, "3 to 9"),
        ({"secret": "x" * 10}, "3 to 9"),
        ({"secret": "abc", "other": 1}, "no field"),
        ({"secret": "abc", "files": [("a", b"")] * 3}, "3 chosen"),
        ({"secret": "abc", "files": [("a", bytes(11 << 20))]}, "too powerful"),
    ],
)
async def test_a_modal_that_is_not_filled_rightly_cannot_be_submitted(
    raw: RawBot, ada: Person, fields: dict[str, Any], reason: str
) -> None:
    exchange, _ = await opened(raw, ada.runs("/go"), 9, MODAL)
    with pytest.raises(NotOffered, match=reason):
        await ada.submits(exchange, **fields)


BAD_MODALS: dict[str, tuple[Json, str]] = {
    "six fields": ({"components": [{"type": 10, "content": "x"}] * 6}, "data.components"),
    "a title of 46": ({"title": "x" * 46}, "data.title"),
    "no custom_id": ({"custom_id": ""}, "data.custom_id"),
    "a label of 46": (
        {"components": [MODAL["components"][0] | {"label": "x" * 46}]},
        "data.components.0.label",
    ),
    "a button": ({"components": [row(button("a"))]}, "data.components.0.components.0.type"),
    "eleven files": (
        {
            "components": [
                {"type": 18, "label": "x", "component": {"type": 19, "custom_id": "f", "max_values": 11}}
            ]
        },
        "data.components.0.component.max_values",
    ),
}


@pytest.mark.parametrize("name", BAD_MODALS)
async def test_a_modal_over_a_limit_is_50035(raw: RawBot, ada: Person, name: str) -> None:
    change, path = BAD_MODALS[name]
    acting = asyncio.create_task(ada.runs("/go"))
    event = await raw.interaction()
    assert path in (await raw.answers(event, 9, MODAL | change)).faults()
    await raw.answers(event, 5)
    await acting
