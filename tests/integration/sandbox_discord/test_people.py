"""What people see, where, and as what picture; and the CDN behind their files."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.sandbox.discord import Channel, DiscordServer, Guild, NotOffered, Person, render
from tests.integration.sandbox_discord.raw import RawBot
from tests.integration.sandbox_discord.shapes import picture, post, row, text

V2 = 1 << 15


async def fetched(url: str) -> tuple[int, bytes, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.read(), response.headers["Content-Type"]


async def test_the_cdn_serves_the_bytes_for_a_day_under_a_signed_link(raw: RawBot, studio: Channel) -> None:
    data = picture()
    message = (await post(raw, studio, {}, files={"a.png": data})).body
    url = message["attachments"][0]["url"]
    assert url.startswith(f"http://{raw.discord.cdn_host}/attachments/{studio.id}/")
    assert await fetched(url) == (200, data, "image/png")
    assert (await fetched(url.split("?")[0]))[0] == 404
    assert (await fetched(url.replace("hm=", "hm=0")))[0] == 404
    raw.discord.clock.advance(24 * 3600 + 1)
    assert (await fetched(url))[0] == 404
    path = f"/channels/{studio.id}/messages/{message['id']}"
    again = (await raw.call("GET", path)).body["attachments"][0]["url"]
    assert again != url
    assert (await fetched(again))[0] == 200
    assert (await raw.call("DELETE", path)).status == 204
    assert (await fetched(again))[0] == 404


async def test_large_files_are_served_whole(raw: RawBot, studio: Channel) -> None:
    data = bytes(4 << 20)
    message = (await post(raw, studio, {}, files={"a.bin": data})).body
    assert (await fetched(message["attachments"][0]["url"]))[1] == data


async def test_files_given_to_commands_can_vanish(raw: RawBot, ada: Person) -> None:
    command = {"name": "go", "options": [{"type": 11, "name": "file", "description": "d"}]}
    await raw.registers(command)
    _, event = await raw.shows(ada.runs("/go", file=("a.txt", b"x")), {"content": "x"})
    (attachment,) = event["data"]["resolved"]["attachments"].values()
    assert (await fetched(attachment["url"]))[:2] == (200, b"x")
    assert raw.discord.cdn.fetches == [int(attachment["id"])]
    raw.discord.cdn.forget_given()
    assert (await fetched(attachment["url"]))[0] == 404


async def test_sees_waits_for_what_comes_and_says_what_was_there_instead(
    raw: RawBot, ada: Person, studio: Channel
) -> None:
    waiting = asyncio.create_task(ada.sees("ready"))
    await post(raw, studio, {"content": "not yet"})
    await post(raw, studio, {"embeds": [{"title": "it is ready"}]})
    assert (await waiting).text == "it is ready"
    with pytest.raises(AssertionError, match="it is ready"):
        await ada.sees("never", within=0.05)
    button = await post(
        raw, studio, {"components": [row({"type": 2, "style": 1, "label": "Go", "custom_id": "g"})]}
    )
    assert (await ada.sees(lambda message: bool(message.buttons))).id == int(button.body["id"])
    with pytest.raises(AssertionError):
        await ada.sees("ready", after=await ada.sees("Go"), within=0.05)


async def test_sees_looks_everywhere_the_person_may_and_nowhere_else(
    raw: RawBot, ada: Person, guild: Guild, discord: DiscordServer
) -> None:
    closed = guild.text_channel("closed")
    guild.deny(closed, "VIEW_CHANNEL", who=ada)
    await post(raw, closed, {"content": "secret"})
    opened = await raw.call("POST", "/users/@me/channels", {"recipient_id": str(ada.id)})
    await raw.call("POST", f"/channels/{opened.body['id']}/messages", {"content": "psst"})
    assert (await ada.sees("psst")).channel is ada.dm.place
    assert (await ada.sees("psst", where=ada.dm)).channel is ada.dm.place
    with pytest.raises(AssertionError):
        await ada.sees("secret", within=0.05)
    bob = discord.person("bob")
    with pytest.raises(AssertionError):
        await bob.sees("psst", within=0.05)


async def test_a_message_is_a_live_view_and_counts_its_edits(
    raw: RawBot, ada: Person, studio: Channel
) -> None:
    body = (await post(raw, studio, {"content": "10 %"})).body
    message = await ada.sees("10 %")
    await raw.call("PATCH", f"/channels/{studio.id}/messages/{body['id']}", {"content": "20 %"})
    await message.edited(times=1)
    assert message.text == "20 %"
    assert len(message.edits) == 1
    assert message.edits[0] >= message.created
    assert not message.deleted
    await raw.call("DELETE", f"/channels/{studio.id}/messages/{body['id']}")
    assert message.deleted
    assert ada.messages() == []
    with pytest.raises(TimeoutError):
        await message.edited(times=5, within=0.05)


async def test_with_v2_only_what_a_component_shows_is_seen(raw: RawBot, ada: Person, studio: Channel) -> None:
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}, "description": "a cat"}]}
    body = {"flags": V2, "components": [text("words"), gallery]}
    files = {"a.png": picture(), "hidden.png": picture()}
    await post(raw, studio, body, files=files)
    message = await ada.sees("words")
    assert message.text == "words\na cat"
    assert [each.filename for each in message.attachments] == ["a.png"]
    assert await message.attachments[0].read() == files["a.png"]
    assert message.attachments[0].width == 40


async def test_a_picture_of_a_message_shows_what_a_person_would_see(
    raw: RawBot, ada: Person, studio: Channel
) -> None:
    controls = row(
        {"type": 2, "style": 1, "label": "Train", "custom_id": "t"},
        {"type": 2, "style": 1, "label": "Off", "custom_id": "o", "disabled": True},
        {"type": 2, "style": 1, "emoji": {"name": "🗑"}, "custom_id": "x"},
    )
    menu = row(
        {"type": 3, "custom_id": "m", "placeholder": "pick", "options": [{"label": "A", "value": "a"}]}
    )
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}
    container = {"type": 17, "components": [text("## mara\nready"), {"type": 14}, gallery, controls]}
    await post(raw, studio, {"flags": V2, "components": [container, menu]}, files={"a.png": b"x" * 2048})
    assert render(ada.messages()[-1]).splitlines() == [
        "easel [APP]",
        "  ┃ ## mara",
        "  ┃ ready",
        "  ┃ ──────────────────────────────",
        "  ┃ 🖼 a.png (2 KiB)",
        "  ┃ [Train]  (Off)  [🗑]",
        "  [pick ▾]",
    ]
    body = {"content": "hi", "embeds": [{"title": "T", "fields": [{"name": "n", "value": "v"}]}]}
    await post(raw, studio, body, files={"b.bin": bytes(2 << 20)})
    assert render(ada.messages()[-1]).splitlines() == [
        "easel [APP]",
        "  hi",
        "  ▎ T",
        "  ▎ n",
        "  ▎ v",
        "  🖼 b.bin (2.0 MiB)",
    ]


async def test_a_private_and_a_loading_message_look_so(raw: RawBot, ada: Person) -> None:
    await raw.registers({"name": "go"})
    acting = asyncio.create_task(ada.runs("/go"))
    event = await raw.interaction()
    await raw.answers(event, 5, {"flags": 64})
    await acting
    assert render(ada.messages()[-1]).splitlines() == [
        "easel [APP]  (only ada sees this)",
        "  … is thinking",
    ]


async def test_a_person_stands_somewhere_before_they_act(discord: DiscordServer, ada: Person) -> None:
    with pytest.raises(NotOffered, match="nowhere"):
        await discord.person("lost").runs("/go")
    with pytest.raises(NotOffered, match="not part"):
        discord.person("bob").at(ada.dm)


async def test_writing_needs_the_permission_and_deleting_the_authorship(
    ada: Person, guild: Guild, studio: Channel, discord: DiscordServer
) -> None:
    message = await ada.says("mine", files=[("a.txt", b"x")])
    with pytest.raises(NotOffered, match="somebody else"):
        await discord.person("bob").at(studio).deletes(message)
    await ada.deletes(message)
    guild.deny(studio, "SEND_MESSAGES", who=ada)
    with pytest.raises(NotOffered, match="may not write"):
        await ada.says("not any more")
