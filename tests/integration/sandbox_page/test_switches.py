"""The page's faults: each does what it says while it is on, none is left behind, and they do not disturb each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from bot.sandbox.discord import NotOffered
from bot.sandbox.page import switches
from bot.sandbox.page.protocol import FaultShown
from bot.sandbox.page.switches import SWITCHES, Switches
from bot.sandbox.world import World, open_world
from tests.integration.sandbox_discord.raw import RawBot
from tests.integration.sandbox_novita.conftest import Answer, Customer, picture

FINE = "fine"
DELAY = 0.15


@dataclass(frozen=True, slots=True)
class Stage:
    """A world without the bot: a customer of its provider and a bare bot at its Discord try what a fault is for."""

    world: World
    customer: Customer
    raw: RawBot
    switches: Switches

    def shown(self, name: str) -> FaultShown:
        return next(each for each in self.switches.shown() if each.name == name)


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(switches, "PROVIDER_DELAY", DELAY)
    monkeypatch.setattr(switches, "DISCORD_DELAY", DELAY)
    timeout = aiohttp.ClientTimeout(total=20)
    async with (
        open_world(tmp_path) as world,
        aiohttp.ClientSession(timeout=timeout) as http,
        RawBot(world.discord) as raw,
    ):
        yield Stage(world, Customer(world.novita, http, world.novita.key("Ada")), raw, Switches(world))


# --- what each fault is for: a word for how it goes ---------------------------------------------------------------


async def balance(stage: Stage) -> str:
    try:
        answer = await stage.customer.get("/v3/user")
    except aiohttp.ClientConnectorError:
        return "refused"
    if answer.status == 200:
        return FINE if answer.json["credit_balance"] else "nothing left"
    return " ".join(
        part for part in (str(answer.status), answer.headers.get("Retry-After"), answer.text[:6]) if part
    )


async def order(stage: Stage) -> str:
    before = stage.world.novita.orders
    try:
        answer = await stage.customer.post("/v3/async/txt2img", stage.customer.painting())
    except aiohttp.ClientConnectionError:
        return f"lost, ordered {stage.world.novita.orders - before}"
    return FINE if answer.status == 200 else answer.reason


async def upload(stage: Stage) -> str:
    place = await stage.customer.ask()
    answer: Answer = await stage.customer.fetch(place["upload_url"], method="PUT", data=picture())
    return FINE if answer.status == 200 else f"{answer.status}"


async def training(stage: Stage) -> str:
    customer = stage.customer
    body = await customer.subject_order()
    ordered = await customer.post("/v3/training/subject", body)
    stage.world.novita.finish_all()
    task = await customer.get("/v3/training/subject", task_id=ordered.json["task_id"])
    return FINE if task.json["task_status"] == "SUCCESS" else str(task.json["task_status"])


async def speed_of_provider(stage: Stage) -> str:
    return await _timed(balance(stage))


async def speed_of_discord(stage: Stage) -> str:
    return await _timed(write(stage))


async def _timed(act: Awaitable[str]) -> str:
    loop = asyncio.get_running_loop()
    began = loop.time()
    how = await act
    return "slow" if how == FINE and loop.time() - began >= DELAY else how


async def write(stage: Stage) -> str:
    reply = await stage.raw.call("POST", f"/channels/{stage.world.channel.id}/messages", {"content": "hello"})
    return FINE if reply.status == 200 else f"{reply.status}"


async def download(stage: Stage) -> str:
    post = await stage.raw.call(
        "POST", f"/channels/{stage.world.channel.id}/messages", {}, files={"a.png": picture("png")}
    )
    url = URL(post.body["attachments"][0]["url"], encoded=True)

    async def fetched() -> str:
        async with stage.customer.http.get(url) as response:
            return FINE if response.status == 200 else f"{response.status}"

    task = asyncio.create_task(fetched())
    cdn = stage.world.discord.cdn
    await stage.world.discord.world.pulse.until(lambda: cdn.waiting or task.done(), within=5)
    done, _ = await asyncio.wait({task}, timeout=DELAY if cdn.waiting else None)
    if done:
        return await task
    task.cancel()
    return "waits"


Probe = Callable[[Stage], Awaitable[str]]
STANDING: dict[str, tuple[Probe, str]] = {
    "provider-down": (balance, "refused"),
    "provider-slow": (speed_of_provider, "slow"),
    "provider-limits": (balance, '429 5 {"code'),
    "provider-errors": (balance, "502 <html>"),
    "answers-lost": (order, "lost, ordered 1"),
    "uploads-refused": (upload, "403"),
    "trainings-stuck": (training, "QUEUING"),
    "trainings-fail": (training, "FAILED"),
    "no-money": (order, "BILLING_BALANCE_NOT_ENOUGH"),
    "discord-slow": (speed_of_discord, "slow"),
    "discord-refuses": (write, "403"),
    "discord-limits": (write, "429"),
    "downloads-wait": (download, "waits"),
}


@pytest.mark.parametrize("name", STANDING)
async def test_a_fault_does_what_it_says_for_as_long_as_it_is_on(stage: Stage, name: str) -> None:
    probe, effect = STANDING[name]
    assert await probe(stage) == FINE
    for _ in range(2):
        await stage.switches.turn(name, on=True)
        assert stage.shown(name).on
        assert await probe(stage) == effect
        if name != "provider-down":  # who is not there counts nothing
            assert stage.shown(name).hits > 0
        hits = stage.shown(name).hits
        await stage.switches.turn(name, on=False)
        assert not stage.shown(name).on
        assert await probe(stage) == FINE
        assert stage.shown(name).hits == hits


async def test_an_empty_account_shows_nothing_left(stage: Stage) -> None:
    await stage.switches.turn("no-money", on=True)
    assert await balance(stage) == "nothing left"
    await stage.switches.turn("no-money", on=False)
    assert await balance(stage) == FINE


async def test_faults_are_independent(stage: Stage) -> None:
    await stage.switches.turn("discord-slow", on=True)
    await stage.switches.turn("discord-refuses", on=True)
    assert await write(stage) == "403"
    assert [stage.shown(name).hits for name in ("discord-slow", "discord-refuses")] == [1, 1]
    await stage.switches.turn("discord-slow", on=False)
    assert await write(stage) == "403"
    await stage.switches.turn("discord-refuses", on=False)
    assert await write(stage) == FINE


async def test_switching_to_what_is_already_changes_nothing(stage: Stage) -> None:
    await stage.switches.turn("provider-errors", on=False)
    await stage.switches.turn("provider-errors", on=True)
    await stage.switches.turn("provider-errors", on=True)
    assert await balance(stage) == "502 <html>"
    await stage.switches.turn("provider-errors", on=False)
    assert await balance(stage) == FINE


async def test_the_gateway_is_cut_each_time(stage: Stage) -> None:
    await stage.switches.turn("gateway-cut", on=True)
    assert (await stage.raw.socket.receive(timeout=5)).type is not aiohttp.WSMsgType.TEXT
    assert (stage.shown("gateway-cut").on, stage.shown("gateway-cut").hits) == (False, 1)
    await stage.world.discord.gateway.disconnected()
    with pytest.raises(NotOffered, match="not connected"):
        await stage.switches.turn("gateway-cut", on=True)
    async with RawBot(stage.world.discord) as again:
        await stage.switches.turn("gateway-cut", on=True)
        assert (await again.socket.receive(timeout=5)).type is not aiohttp.WSMsgType.TEXT
    assert stage.shown("gateway-cut").hits == 2


@pytest.mark.parametrize(("name", "op"), [("gateway-reconnect", 7), ("gateway-invalid", 9)])
async def test_the_gateway_asks_for_another_connection(stage: Stage, name: str, op: int) -> None:
    await stage.switches.turn(name, on=True)
    await stage.raw.receive(op=op)
    await stage.switches.turn(name, on=False)
    assert (stage.shown(name).on, stage.shown(name).hits) == (False, 1)


async def test_no_other_fault_is_known(stage: Stage) -> None:
    with pytest.raises(NotOffered, match="no fault named rain"):
        await stage.switches.turn("rain", on=True)


def test_every_fault_is_tried_here_and_says_what_it_does() -> None:
    assert {each.name for each in SWITCHES.values() if not each.momentary} == set(STANDING)
    assert all(each.about.endswith(".") and len(each.about) < 120 for each in SWITCHES.values())
    assert len({each.title for each in SWITCHES.values()}) == len(SWITCHES)


async def test_a_world_ends_well_with_its_provider_down(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await Switches(world).turn("provider-down", on=True)
