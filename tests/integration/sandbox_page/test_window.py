"""One window: requests that make no sense, requests behind the scenes, slow readers, and its close."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.discord import Channel, Person
from bot.sandbox.page import protocol
from bot.sandbox.page.behind import Behind
from bot.sandbox.page.outbox import Outbox, TooSlow
from bot.sandbox.page.server import PageServer
from bot.sandbox.page.street import Street
from bot.sandbox.page.window import MOST_AT_ONCE
from tests.integration.sandbox_discord.raw import RawBot
from tests.integration.sandbox_page.conftest import Look
from tests.integration.sandbox_page.looker import looking

WORDS = sorted(each.model_fields["do"].annotation.__args__[0] for each in protocol.Asked.__args__)
HARMLESS = [each for each in WORDS if each not in ("bot", "switch")]

_words = st.text(max_size=6)
_leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _words
)
_anything = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=5,
)
_keys = st.sampled_from(
    [
        "channel",
        "message",
        "custom_id",
        "values",
        "command",
        "options",
        "option",
        "text",
        "user",
        "fields",
        "person",
    ]
)
_nearly = st.fixed_dictionaries(
    {"id": st.just(1), "do": st.sampled_from(HARMLESS)},
    optional={
        "on": _anything,
        "seconds": _anything,
        "files": _anything,
        "name": _anything,
        "content": _anything,
    },
)


def own_tasks() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(said=_anything | st.text() | st.just(float("nan")), how=st.sampled_from(["json", "text"]))
async def test_whatever_is_said_is_answered_with_a_sentence(page: PageServer, said: Any, how: str) -> None:
    text = said if how == "text" and isinstance(said, str) else json.dumps(said)
    async with looking(page.url) as window:
        answer = await window.sends(text)
        assert answer["re"] is None
        assert answer["no"].endswith(".")
        await window.nothing_more()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(nearly=_nearly, more=st.dictionaries(_keys, _anything, max_size=4))
async def test_whatever_is_asked_for_is_answered_and_breaks_nothing(
    page: PageServer, caplog: pytest.LogCaptureFixture, nearly: dict[str, Any], more: dict[str, Any]
) -> None:
    async with looking(page.url) as window:
        answer = await window.sends(json.dumps(nearly | more), number=1)
        assert "ok" in answer or answer["no"].endswith(".")
        await window.nothing_more()
    assert caplog.records == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(
    do=st.sampled_from(["run", "complete", "press", "choose", "menu", "submit", "say", "thread", "delete"]),
    name=st.text(max_size=6) | st.sampled_from(["/go", "go", "/", "command", "self"]),
    value=st.text(max_size=6)
    | st.sampled_from([1, 1e999, True, {"user": "1"}, {"file": "x"}, [{"role": "2"}]]),
)
async def test_no_value_breaks_a_sound_request(
    page: PageServer, caplog: pytest.LogCaptureFixture, paintings: Channel, do: str, name: str, value: Any
) -> None:
    place, values = str(paintings.id), {name: value}
    given: dict[str, dict[str, Any]] = {
        "run": {"channel": place, "command": name, "options": values},
        "complete": {"channel": place, "command": name, "option": name, "text": "x", "options": values},
        "press": {"channel": place, "message": "1", "custom_id": name},
        "choose": {"channel": place, "message": "1", "custom_id": name, "values": [value]},
        "menu": {"channel": place, "command": name, "user": "1"},
        "submit": {"interaction": "1", "fields": values},
        "say": {"channel": place, "content": name},
        "thread": {"channel": place, "name": name},
        "delete": {"channel": "99999999999999999999", "message": "1"},
    }
    async with looking(page.url) as window:
        text = json.dumps({"id": 1, "do": do, **given[do]}).replace("Infinity", "1e999")
        answer = await window.sends(text, number=1)
        assert "ok" in answer or answer["no"].endswith(".")
    assert caplog.records == []


async def test_bytes_and_deep_nests_are_answered_too(look: Look) -> None:
    window = await look()
    await window.socket.send_bytes(b"\x00\xff")
    answer = await window.sends("[" * 100_000)
    assert answer["no"].endswith(".")
    await window.nothing_more()


async def test_behind_the_scenes_is_told_while_it_is_watched(look: Look, street: Street) -> None:
    window = await look()
    await window.ask("watch", on=True)
    told = await window.hears("behind")
    assert told["bot"] == {"running": False, "starting": False, "connected": False, "starts": 0}
    key = (await window.ask("key"))["key"]
    assert street.world.novita.account(key).name == "Ada"
    await window.hears("behind", lambda each: [account["key"] for account in each["accounts"]] == [key])
    await window.ask("watch", on=True)
    await window.ask("watch", on=False)
    heard = len(window.told)
    await window.ask("key")
    await window.ask("finish")
    await window.ask("forward", seconds=0.001)
    await window.nothing_more()
    assert "behind" not in [each["on"] for each in window.told[heard:]]


async def test_nobody_goes_on_watching_however_fast_it_is_switched(page: PageServer) -> None:
    async with looking(page.url) as window:
        for number in range(7):
            request = {"id": 100 + number, "do": "watch", "on": number % 2 == 0}
            await window.socket.send_str(json.dumps(request))
        await window.ask("watch", on=False)
        for watching in [each for each in own_tasks() if "watched" in repr(each)]:
            await asyncio.wait({watching}, timeout=5)
            assert watching.done()


async def test_a_look_behind_the_scenes_that_fails_is_told_in_the_terminal(
    look: Look, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = asyncio.Event()

    async def broken(self: Behind, tell: Any) -> None:
        told.set()
        raise ZeroDivisionError

    monkeypatch.setattr(Behind, "watched", broken)
    window = await look()
    await window.ask("watch", on=True)
    await told.wait()
    await window.nothing_more()
    assert [each.message for each in caplog.records] == ["The sandbox can no longer look behind the scenes"]


async def test_a_fault_is_switched_to_the_end_when_its_window_closes(
    page: PageServer, look: Look, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, on = asyncio.Event(), asyncio.Event()
    fall_silent = street.world.novita.fall_silent

    async def slowly() -> None:
        begun.set()
        await on.wait()
        await fall_silent()

    monkeypatch.setattr(street.world.novita, "fall_silent", slowly)
    async with looking(page.url) as window:
        switching = asyncio.create_task(window.ask("switch", fault="provider-down", on=True))
        await begun.wait()
        meeting = [each for each in own_tasks() if "_met" in repr(each)]
        switching.cancel()
    await asyncio.wait(meeting, timeout=5)
    on.set()
    other = await look()
    await other.ask("watch", on=True)
    await other.hears("behind", lambda told: told["faults"][0]["on"])
    await other.ask("switch", fault="provider-down", on=False)
    async with aiohttp.ClientSession() as http, http.get(f"{street.world.novita.url}/v3/user") as response:
        assert response.status == 400  # there is no key in it


async def test_faults_are_switched_by_their_names(look: Look) -> None:
    window = await look()
    await window.ask("watch", on=True)
    fault = (await window.hears("behind"))["faults"][0]["name"]
    await window.ask("switch", fault=fault, on=True)
    await window.hears("behind", lambda told: told["faults"][0]["on"])
    await window.ask("switch", fault=fault, on=False)
    assert (await window.refused("switch", fault="no such fault", on=True)).endswith(".")
    assert (await window.refused("bot", what="kill")).endswith(".")


async def test_the_clock_goes_forward_within_reason(look: Look, street: Street) -> None:
    window = await look()
    for seconds in (0, -1, 1e9):
        assert "seconds" in await window.refused("forward", seconds=seconds)
    assert street.world.clock.moved == 0


async def test_too_much_at_once_is_refused_and_the_rest_is_met(
    look: Look, raw: RawBot, paintings: Channel, street: Street
) -> None:
    await raw.registers({"name": "go"})
    window = await look()
    running = [
        asyncio.create_task(window.ask("run", channel=str(paintings.id), command="/go"))
        for _ in range(MOST_AT_ONCE)
    ]
    for _ in range(MOST_AT_ONCE):
        await raw.interaction()
    assert await window.refused("read", channel=str(paintings.id)) == "Too much is asked for at once."
    street.world.clock.advance(4)
    assert all(each["failed"] for each in await asyncio.gather(*running))
    await window.ask("read", channel=str(paintings.id))


async def test_a_closed_window_leaves_nothing_behind(
    page: PageServer, raw: RawBot, street: Street, ada: Person, paintings: Channel
) -> None:
    await raw.registers({"name": "go"})
    before = own_tasks()
    async with looking(page.url) as window:
        await window.ask("watch", on=True)
        running = asyncio.create_task(window.ask("run", channel=str(paintings.id), command="/go"))
        await raw.interaction()
        running.cancel()
    left = own_tasks() - before
    pending = (await asyncio.wait(left, timeout=5))[1] if left else set()
    assert pending == set()
    await ada.says("to nobody")


async def test_an_error_of_the_sandbox_is_a_sentence_and_is_told_in_the_terminal(
    look: Look, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Behind, person: Person) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(Behind, "key", broken)
    window = await look()
    assert await window.refused("key") == "The sandbox itself failed at this; its terminal says where."
    assert [each.message for each in caplog.records] == ["The sandbox failed at key"]
    await window.nothing_more()


class Stuck:
    """A socket that takes what it is sent when it is let."""

    def __init__(self, *, free: bool = False) -> None:
        self.sent: asyncio.Queue[str] = asyncio.Queue()
        self.free = asyncio.Event()
        if free:
            self.free.set()

    async def send_str(self, data: str) -> None:
        await self.free.wait()
        self.sent.put_nowait(data)


async def test_what_is_told_leaves_in_order_whatever_it_holds() -> None:
    wire = Stuck(free=True)
    outbox = Outbox(wire)
    pump = asyncio.create_task(outbox.pump())
    for number in range(100):
        outbox.put({"n": number, "text": "\ud800 é"})
    sent = [json.loads(await asyncio.wait_for(wire.sent.get(), 5)) for _ in range(100)]
    assert [each["n"] for each in sent] == list(range(100))
    pump.cancel()


async def test_a_window_that_takes_too_long_is_given_up() -> None:
    outbox = Outbox(Stuck(), within=0.01)
    outbox.put({"n": 1})
    with pytest.raises(TooSlow):
        await outbox.pump()


async def test_a_window_that_leaves_too_much_waiting_is_given_up() -> None:
    stuck = Stuck()
    outbox = Outbox(stuck, most=100)
    pump = asyncio.create_task(outbox.pump())
    for number in range(1000):
        outbox.put({"n": number})
    stuck.free.set()
    with pytest.raises(TooSlow):
        await pump
    assert stuck.sent.qsize() < 2


async def test_one_that_is_given_up_is_cut_off_and_no_other(
    page: PageServer, look: Look, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = await look()
    monkeypatch.setattr("bot.sandbox.page.window.Outbox", partial(Outbox, most=20_000))
    async with looking(page.url) as window:
        for _ in range(20):
            await ada.says("x" * 2000)
        await asyncio.wait_for(window.closed.wait(), 5)
    await good.sees("xxx")
