"""The gateway: greetings, shards, intents, resuming, invalid sessions, close codes, repeated events."""

from __future__ import annotations

import json
import zlib
from typing import Any

import aiohttp
import pytest
import zstandard

from bot.sandbox.discord import Channel, DiscordServer, Guild, Person
from tests.integration.sandbox_discord.raw import Json, RawBot

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1, 1 << 9, 1 << 12


class Socket:
    """A bare gateway socket."""

    def __init__(self, discord: DiscordServer, query: str = "?v=10&encoding=json") -> None:
        self.discord = discord
        self.query = query

    async def __aenter__(self) -> Socket:
        self._session = aiohttp.ClientSession()
        self.ws = await self._session.ws_connect(self.discord.gateway_url + self.query)
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.ws.close(code=4000)
        await self._session.close()

    async def send(self, op: int, data: Any) -> None:
        await self.ws.send_str(json.dumps({"op": op, "d": data}))

    async def identify(self, **more: Any) -> None:
        await self.send(2, {"token": self.discord.token, "intents": 0, "properties": {}} | more)

    async def next(self, op: int) -> Json:
        payload: Json = await self.ws.receive_json(timeout=5)
        assert payload["op"] == op, payload
        return payload

    async def closed(self) -> int | None:
        while (await self.ws.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            continue
        return self.ws.close_code


async def test_hello_comes_first_and_heartbeats_are_acknowledged(discord: DiscordServer) -> None:
    async with Socket(discord) as socket:
        assert (await socket.next(10))["d"]["heartbeat_interval"] > 0
        await socket.send(1, None)
        await socket.next(11)


async def test_ready_lists_the_servers_and_each_follows(discord: DiscordServer, studio: Channel) -> None:
    discord.guild("Foreign", bot=False)
    async with Socket(discord) as socket:
        await socket.next(10)
        await socket.identify(intents=GUILDS)
        ready = await socket.next(0)
        assert (ready["t"], ready["s"]) == ("READY", 1)
        assert studio.guild is not None
        assert ready["d"]["guilds"] == [{"id": str(studio.guild.id), "unavailable": True}]
        create = await socket.next(0)
        assert (create["t"], create["s"]) == ("GUILD_CREATE", 2)
        assert create["d"]["channels"][0]["name"] == "studio"


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "wrong", "intents": 0, "properties": {}}, 4004),
        (2, {"intents": "x"}, 4002),
        (2, {"token": None, "intents": 1 << 40, "properties": {}}, 4013),
        (2, {"token": None, "intents": 1 << 15, "properties": {}}, 4014),
        (2, {"token": None, "intents": 0, "properties": {}, "shard": [2, 2]}, 4010),
        (3, {}, 4003),
        (8, {}, 4003),
        (99, {}, 4001),
    ],
)
async def test_each_mistake_has_its_close_code(
    discord: DiscordServer, op: int, data: Json, code: int
) -> None:
    async with Socket(discord) as socket:
        await socket.next(10)
        if data.get("token", "") is None:
            data = data | {"token": discord.token}
        await socket.send(op, data)
        assert await socket.closed() == code


async def test_nonsense_a_second_identify_and_too_many_sends_are_closed(discord: DiscordServer) -> None:
    async with Socket(discord) as socket:
        await socket.ws.send_str("nonsense")
        assert await socket.closed() == 4002
    async with Socket(discord) as socket:
        await socket.identify()
        await socket.identify()
        assert await socket.closed() == 4005
    async with Socket(discord) as socket:
        for _ in range(121):
            await socket.send(1, None)
        assert await socket.closed() == 4008
    async with Socket(discord, "?v=9&encoding=json") as socket:
        assert await socket.closed() == 4012


async def test_a_lost_client_resumes_and_gets_what_it_missed(discord: DiscordServer, guild: Guild) -> None:
    async with Socket(discord) as socket:
        await socket.next(10)
        await socket.identify(intents=GUILDS)
        session = (await socket.next(0))["d"]["session_id"]
        await socket.next(0)
        discord.gateway.cut()
        assert await socket.closed() == 1006
    await discord.gateway.disconnected()
    guild.text_channel("missed")
    async with Socket(discord) as socket:
        await socket.next(10)
        await socket.send(6, {"token": discord.token, "session_id": session, "seq": 2})
        missed = await socket.next(0)
        assert (missed["t"], missed["s"], missed["d"]["name"]) == ("CHANNEL_CREATE", 3, "missed")
        assert (await socket.next(0))["t"] == "RESUMED"
    assert discord.gateway.resumes == 1


async def test_an_unknown_or_outdated_session_cannot_be_resumed(discord: DiscordServer, raw: RawBot) -> None:
    async with Socket(discord) as socket:
        await socket.next(10)
        await socket.send(6, {"token": discord.token, "session_id": "unknown", "seq": 1})
        assert (await socket.next(9))["d"] is False
        known = {"token": discord.token, "session_id": raw.ready["session_id"], "seq": 999}
        await socket.send(6, known)
        assert await socket.closed() == 4007


async def test_a_session_closed_with_1000_is_over(discord: DiscordServer) -> None:
    async with Socket(discord) as socket:
        await socket.next(10)
        await socket.identify()
        session = (await socket.next(0))["d"]["session_id"]
        await socket.ws.close(code=1000)
    await discord.gateway.disconnected()
    async with Socket(discord) as socket:
        await socket.next(10)
        await socket.send(6, {"token": discord.token, "session_id": session, "seq": 1})
        assert (await socket.next(9))["d"] is False


async def test_reconnect_and_invalid_session_are_sent_on_request(discord: DiscordServer, raw: RawBot) -> None:
    discord.gateway.reconnect()
    await raw.receive(op=7)
    discord.gateway.invalidate(resumable=True)
    assert (await raw.receive(op=9))["d"] is True
    discord.gateway.invalidate()
    assert (await raw.receive(op=9))["d"] is False


async def test_the_server_closes_with_the_code_that_is_asked_for(discord: DiscordServer) -> None:
    async with Socket(discord) as socket:
        await socket.next(10)
        await discord.gateway.close(4000)
        assert await socket.closed() == 4000


async def test_an_event_can_be_sent_twice(discord: DiscordServer, raw: RawBot, ada: Person) -> None:
    await raw.registers({"name": "go"})
    discord.gateway.duplicate_next_dispatch()

    async def answer(event: Json) -> Any:
        return await raw.answers(event, 4, {"content": "x"})

    await raw.meets(ada.runs("/go"), answer)
    await raw.interaction()


async def test_events_go_to_the_servers_shard_and_dms_to_shard_0(discord: DiscordServer) -> None:
    guilds = [discord.guild(str(n)) for n in range(3)]
    listed: list[str] = []
    for shard in range(2):
        async with Socket(discord) as socket:
            await socket.next(10)
            await socket.identify(shard=[shard, 2])
            mine = [int(each["id"]) for each in (await socket.next(0))["d"]["guilds"]]
            assert all((each >> 22) % 2 == shard for each in mine)
            listed += [str(each) for each in mine]
    assert sorted(listed) == sorted(str(each.id) for each in guilds)


async def test_messages_are_told_by_intent_and_others_words_are_kept_back(
    discord: DiscordServer, ada: Person, studio: Channel
) -> None:
    async with RawBot(discord, intents=GUILD_MESSAGES | DIRECT_MESSAGES) as raw:
        await ada.says("hidden")
        event = await raw.event("MESSAGE_CREATE")
        assert (event["content"], event["guild_id"]) == ("", str(studio.guild.id if studio.guild else 0))
        await ada.dm.says("plain")
        event = await raw.event("MESSAGE_CREATE")
        assert event["content"] == "plain"
        assert "guild_id" not in event
        await ada.deletes(await ada.dm.sees("plain"))
        assert "guild_id" not in await raw.event("MESSAGE_DELETE")


async def test_without_the_intent_no_message_is_told(
    discord: DiscordServer, raw: RawBot, ada: Person
) -> None:
    await raw.registers({"name": "go"})
    await ada.says("nobody hears")
    discord.gateway.reconnect()
    await raw.receive(op=7)


async def test_being_thrown_out_is_told(discord: DiscordServer, guild: Guild) -> None:
    async with RawBot(discord, intents=GUILDS) as raw:
        guild.leave(discord.world.bot)
        assert (await raw.event("GUILD_DELETE"))["id"] == str(guild.id)


async def test_members_can_be_asked_for(discord: DiscordServer, ada: Person, guild: Guild) -> None:
    async with RawBot(discord) as raw:
        ask = {"guild_id": guild.id, "user_ids": [str(ada.id), "5"], "limit": 0, "nonce": "n"}
        await raw.send(8, ask)
        chunk = await raw.event("GUILD_MEMBERS_CHUNK")
    assert [each["user"]["username"] for each in chunk["members"]] == ["ada"]
    assert (chunk["not_found"], chunk["nonce"]) == (["5"], "n")


async def test_zlib_is_one_stream_with_a_flush_a_message(discord: DiscordServer) -> None:
    async with Socket(discord, "?v=10&encoding=json&compress=zlib-stream") as socket:
        inflate = zlib.decompressobj()
        frame = await socket.ws.receive_bytes(timeout=5)
        assert frame.endswith(b"\x00\x00\xff\xff")
        assert json.loads(inflate.decompress(frame))["op"] == 10
        await socket.identify()
        frame = await socket.ws.receive_bytes(timeout=5)
        assert json.loads(inflate.decompress(frame))["t"] == "READY"


async def test_zstd_is_one_stream_with_a_flush_a_message(discord: DiscordServer) -> None:
    async with Socket(discord, "?v=10&encoding=json&compress=zstd-stream") as socket:
        inflate = zstandard.ZstdDecompressor().decompressobj()
        assert json.loads(inflate.decompress(await socket.ws.receive_bytes(timeout=5)))["op"] == 10
        await socket.identify()
        ready = json.loads(inflate.decompress(await socket.ws.receive_bytes(timeout=5)))
        assert ready["t"] == "READY"


async def test_an_unknown_compression_is_refused_politely(discord: DiscordServer) -> None:
    url = discord.gateway_url.replace("ws://", "http://") + "?compress=brotli"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 400
        assert "brotli" in await response.text()


async def test_the_address_for_shards_is_told(raw: RawBot) -> None:
    body = (await raw.call("GET", "/gateway/bot")).body
    assert body["url"] == raw.discord.gateway_url
    assert body["session_start_limit"]["max_concurrency"] == 1
