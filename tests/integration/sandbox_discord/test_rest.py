"""What surrounds every REST call: content type, agent, token, rate limits, faults, the log."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.discord import Channel, DiscordServer
from tests.integration.sandbox_discord.raw import AGENT, RawBot


async def test_the_content_type_is_exactly_application_json(raw: RawBot) -> None:
    reply = await raw.call("GET", "/users/@me")
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.body["id"] == str(raw.discord.bot_user_id)


async def test_a_wrong_token_is_401(raw: RawBot) -> None:
    reply = await raw.call("GET", "/users/@me", headers={"Authorization": "Bot wrong"})
    assert reply.refusal == (401, 0)


async def test_a_call_without_user_agent_is_turned_away(discord: DiscordServer) -> None:
    skipped = ["User-Agent"]
    async with (
        aiohttp.ClientSession(skip_auto_headers=skipped) as session,
        session.get(
            f"{discord.api_url}/users/@me", headers={"Authorization": f"Bot {discord.token}"}
        ) as response,
    ):
        assert response.status == 403
        assert (await response.json())["code"] == 40333


async def test_an_unknown_route_is_404_with_code_0(raw: RawBot) -> None:
    assert (await raw.call("GET", "/nowhere")).refusal == (404, 0)


async def test_a_body_that_is_no_json_is_refused(raw: RawBot, studio: Channel) -> None:
    headers = {"Authorization": f"Bot {raw.discord.token}", "Content-Type": "application/json"}
    url = f"{raw.discord.api_url}/channels/{studio.id}/messages"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, data="{nonsense") as response,
    ):
        assert response.status == 400
        assert (await response.json())["code"] == 50109


async def test_an_empty_bucket_says_remaining_0_and_the_next_call_is_a_real_429(
    raw: RawBot, studio: Channel
) -> None:
    limits = raw.discord.limits
    limits.change("create", limit=2, window=5)
    limits.now = lambda: 1000.0
    path = f"/channels/{studio.id}/messages"
    first, second, third = [await raw.call("POST", path, {"content": "x"}) for _ in range(3)]
    assert first.headers["X-RateLimit-Remaining"] == "1"
    assert second.headers["X-RateLimit-Remaining"] == "0"
    assert second.headers["X-RateLimit-Reset-After"] == "5.000"
    assert third.status == 429
    assert third.headers["Via"]
    assert third.headers["X-RateLimit-Scope"] == "user"
    assert third.body["global"] is False
    assert third.body["retry_after"] == 5
    limits.now = lambda: 1005.0
    assert (await raw.call("POST", path, {"content": "x"})).status == 200


async def test_buckets_are_counted_per_channel(raw: RawBot, studio: Channel) -> None:
    raw.discord.limits.change("create", limit=1)
    assert studio.guild is not None
    other = studio.guild.text_channel("other")
    for channel in (studio, other):
        reply = await raw.call("POST", f"/channels/{channel.id}/messages", {"content": "x"})
        assert reply.status == 200


async def test_the_global_limit_is_50_a_second_and_spares_interaction_routes(raw: RawBot) -> None:
    raw.discord.limits.now = lambda: 1000.0
    replies = await asyncio.gather(*(raw.call("GET", "/users/@me") for _ in range(60)))
    refused = [each for each in replies if each.status == 429]
    assert len(refused) == 10
    assert all(each.body["global"] and each.headers["X-RateLimit-Scope"] == "global" for each in refused)
    raw.discord.limits.per_second = 0
    path = f"/webhooks/{raw.discord.application_id}/{'x' * 40}"
    assert (await raw.call("POST", path, {"content": "x"})).status == 401


async def test_a_fault_refuses_the_next_matching_call_only(raw: RawBot, studio: Channel) -> None:
    raw.discord.faults.next("POST", r"/messages$", status=403, code=50013)
    path = f"/channels/{studio.id}/messages"
    assert (await raw.call("GET", path)).status == 200
    assert (await raw.call("POST", path, {"content": "x"})).refusal == (403, 50013)
    assert (await raw.call("POST", path, {"content": "x"})).status == 200


async def test_an_asked_for_429_carries_what_discord_py_needs(raw: RawBot) -> None:
    raw.discord.faults.next("GET", "/users/@me", retry_after=2.5, scope="shared")
    reply = await raw.call("GET", "/users/@me")
    assert reply.status == 429
    assert reply.body["retry_after"] == 2.5
    assert reply.headers["X-RateLimit-Scope"] == "shared"
    assert reply.headers["Via"]


async def test_an_answer_lost_after_the_deed_leaves_the_deed_done(raw: RawBot, studio: Channel) -> None:
    fault = raw.discord.faults.next("POST", "/messages$", drop=True, after=True)
    path = f"/channels/{studio.id}/messages"
    with pytest.raises(aiohttp.ClientError):
        await raw.call("POST", path, {"content": "once"})
    assert await fault.happened(within=1)
    assert [each["content"] for each in (await raw.call("GET", path)).body] == ["once"]
    assert [each["status"] for each in raw.discord.exchanges.matching("POST", "/messages")] == [None]


async def test_a_call_dropped_before_the_deed_leaves_nothing(raw: RawBot, studio: Channel) -> None:
    raw.discord.faults.next("POST", "/messages$", drop=True)
    path = f"/channels/{studio.id}/messages"
    with pytest.raises(aiohttp.ClientError):
        await raw.call("POST", path, {"content": "never"})
    assert (await raw.call("GET", path)).body == []


async def test_a_500_after_the_deed_leaves_the_deed_done(raw: RawBot, studio: Channel) -> None:
    raw.discord.faults.next("POST", "/messages$", status=502, after=True)
    path = f"/channels/{studio.id}/messages"
    assert (await raw.call("POST", path, {"content": "once"})).status == 502
    assert len((await raw.call("GET", path)).body) == 1


async def test_a_hanging_answer_ends_with_the_server(raw: RawBot, studio: Channel) -> None:
    fault = raw.discord.faults.next("POST", "/messages$", hang=True, after=True)
    call = asyncio.create_task(raw.call("POST", f"/channels/{studio.id}/messages", {"content": "x"}))
    assert await fault.happened(within=2)
    assert not call.done()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_the_log_is_one_json_object_a_line(raw: RawBot, studio: Channel, tmp_path: Path) -> None:
    await raw.call(
        "POST",
        f"/channels/{studio.id}/messages",
        {"content": "x", "attachments": [{"id": "0", "filename": "a.txt"}]},
        files={"a.txt": b"four"},
        headers={"User-Agent": AGENT},
    )
    raw.discord.exchanges.to_jsonl(tmp_path / "log.jsonl")
    entry = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert entry["content_type"] == "multipart/form-data"
    assert entry["body"]["content"] == "x"
    assert entry["files"] == [{"field": "files[0]", "filename": "a.txt", "size": 4}]
    assert entry["response"]["attachments"][0]["filename"] == "a.txt"
