"""Messages by the bot's token: where it may write, files, edits, replies, nonces, threads, DMs."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.discord import Channel, DiscordServer, Guild, Person
from tests.integration.sandbox_discord.raw import RawBot, Reply
from tests.integration.sandbox_discord.shapes import V2, button, picture, post, row, text


@pytest.mark.parametrize("body", [{}, {"content": "   "}, {"flags": V2, "components": []}])
async def test_an_empty_message_is_50006(raw: RawBot, studio: Channel, body: dict[str, Any]) -> None:
    assert (await post(raw, studio, body)).refusal == (400, 50006)


async def test_eleven_files_are_refused_and_ten_are_not(raw: RawBot, studio: Channel) -> None:
    files = {f"{n}.txt": b"x" for n in range(11)}
    assert "attachments" in (await post(raw, studio, {}, files=files)).faults()
    del files["10.txt"]
    assert len((await post(raw, studio, {}, files=files)).body["attachments"]) == 10


async def test_a_file_over_the_servers_limit_is_413_and_boosts_raise_it(
    raw: RawBot, discord: DiscordServer, studio: Channel
) -> None:
    big = {"a.bin": bytes(10 * 1024 * 1024 + 1)}
    assert (await post(raw, studio, {}, files=big)).refusal == (413, 40005)
    boosted = discord.guild("Boosted", tier=2).text_channel("big")
    assert (await post(raw, boosted, {}, files=big)).status == 200


async def test_more_than_25_mib_at_once_is_413_though_each_file_is_small(
    raw: RawBot, studio: Channel
) -> None:
    files = {f"{n}.bin": bytes(9 * 1024 * 1024) for n in range(3)}
    assert (await post(raw, studio, {}, files=files)).refusal == (413, 40005)


async def test_a_picture_is_answered_with_its_type_size_and_measures(raw: RawBot, studio: Channel) -> None:
    for kind, mime in (("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp"), ("GIF", "gif"), ("BMP", "bmp")):
        data = picture(41, 23, kind)
        reply = await post(raw, studio, {}, files={f"a.{mime}": data})
        (attachment,) = reply.body["attachments"]
        assert attachment["content_type"] in (f"image/{mime}", "image/x-ms-bmp")
        assert (attachment["width"], attachment["height"]) == (41, 23)
        assert attachment["size"] == len(data)
    (plain,) = (await post(raw, studio, {}, files={"a.txt": b"hello"})).body["attachments"]
    assert "width" not in plain
    assert plain["content_type"] == "text/plain"


async def test_an_odd_file_name_is_changed_and_can_then_only_be_shown_by_its_new_name(
    raw: RawBot, studio: Channel
) -> None:
    def shown(name: str) -> dict[str, Any]:
        return {"embeds": [{"title": "x", "image": {"url": f"attachment://{name}"}}]}

    files = {"my cat ü.png": picture()}
    assert (await post(raw, studio, shown("my cat ü.png"), files=files)).refusal == (400, 50035)
    reply = await post(raw, studio, shown("my_cat_.png"), files=files)
    assert reply.body["embeds"][0]["image"]["width"] == 40
    assert "/my_cat_.png?ex=" in reply.body["embeds"][0]["image"]["url"]


async def test_a_file_shown_by_an_embed_is_not_listed_a_second_time(raw: RawBot, studio: Channel) -> None:
    body = {"embeds": [{"title": "x", "image": {"url": "attachment://a.png"}}]}
    reply = await post(raw, studio, body, files={"a.png": picture(), "b.png": picture()})
    assert [each["filename"] for each in reply.body["attachments"]] == ["b.png"]


async def test_components_are_answered_numbered_with_their_media_resolved(
    raw: RawBot, studio: Channel
) -> None:
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}
    section = {"type": 9, "components": [text("words")], "accessory": button()}
    body = {"flags": V2, "components": [{"type": 17, "components": [gallery, section]}, {"type": 14}]}
    reply = await post(raw, studio, body, files={"a.png": picture()})
    container, separator = reply.body["components"]
    assert container["id"] == 1
    assert [each["id"] for each in container["components"]] == [2, 3]
    assert separator == {"type": 14, "id": 6, "spacing": 1, "divider": True}
    media = container["components"][0]["items"][0]["media"]
    assert media["attachment_id"] == reply.body["attachments"][0]["id"]
    assert media["width"] == 40
    assert media["proxy_url"].startswith("http://")
    assert container["accent_color"] is None


async def test_outside_its_servers_the_bot_has_no_access(
    raw: RawBot, discord: DiscordServer, ada: Person
) -> None:
    foreign = discord.guild("Foreign", bot=False).text_channel("general")
    group = ada.group(discord.person("bob"))
    for channel in (foreign, group.place):
        assert (await post(raw, channel, {"content": "x"})).refusal == (403, 50001)
        assert (await raw.call("GET", f"/channels/{channel.id}")).refusal == (403, 50001)


async def test_an_unknown_or_deleted_channel_is_10003(raw: RawBot, guild: Guild, studio: Channel) -> None:
    assert (await raw.call("GET", "/channels/5")).refusal == (404, 10003)
    guild.delete(studio)
    assert (await post(raw, studio, {"content": "x"})).refusal == (404, 10003)


@pytest.mark.parametrize(
    ("permission", "body", "files", "code"),
    [
        ("VIEW_CHANNEL", {"content": "x"}, None, 50001),
        ("SEND_MESSAGES", {"content": "x"}, None, 50013),
        ("EMBED_LINKS", {"embeds": [{"title": "x"}]}, None, 50013),
        ("ATTACH_FILES", {}, {"a.txt": b"x"}, 50013),
    ],
)
async def test_each_missing_permission_is_refused(
    raw: RawBot,
    guild: Guild,
    studio: Channel,
    permission: str,
    body: dict[str, Any],
    files: dict[str, bytes] | None,
    code: int,
) -> None:
    assert (await post(raw, studio, body, files=files)).status == 200
    guild.deny(studio, permission)
    assert (await post(raw, studio, body, files=files)).refusal == (403, code)
    guild.allow(studio, permission)
    assert (await post(raw, studio, body, files=files)).status == 200


async def test_threads_ask_for_their_own_permission(raw: RawBot, guild: Guild, studio: Channel) -> None:
    thread = studio.thread("talk")
    guild.deny(studio, "SEND_MESSAGES")
    assert (await post(raw, thread, {"content": "x"})).status == 200
    guild.deny(studio, "SEND_MESSAGES_IN_THREADS")
    assert (await post(raw, thread, {"content": "x"})).refusal == (403, 50013)


async def test_an_archived_thread_wakes_for_a_message_but_not_for_an_edit(
    raw: RawBot, studio: Channel
) -> None:
    thread = studio.thread("talk")
    message = (await post(raw, thread, {"content": "x"})).body
    thread.archive()
    path = f"/channels/{thread.id}/messages/{message['id']}"
    assert (await raw.call("PATCH", path, {"content": "y"})).refusal == (400, 50083)
    assert (await post(raw, thread, {"content": "x"})).status == 200
    assert not thread.archived
    assert (await raw.call("PATCH", path, {"content": "y"})).status == 200


async def test_a_locked_thread_is_closed_to_the_bot(raw: RawBot, studio: Channel) -> None:
    thread = studio.thread("talk")
    thread.lock()
    assert (await post(raw, thread, {"content": "x"})).refusal == (400, 50083)
    assert thread.archived


async def test_an_equal_nonce_returns_the_first_message_for_a_few_minutes(
    raw: RawBot, studio: Channel
) -> None:
    body = {"content": "x", "nonce": "job-1", "enforce_nonce": True}
    first = (await post(raw, studio, body)).body
    fetched = await raw.call("GET", f"/channels/{studio.id}/messages/{first['id']}")
    assert first["nonce"] == "job-1"
    assert "nonce" not in fetched.body
    again = await post(raw, studio, body | {"content": "other"})
    assert (again.status, again.body["id"], again.body["content"]) == (200, first["id"], "x")
    assert (await post(raw, studio, {"content": "x", "nonce": "job-1"})).body["id"] != first["id"]
    raw.discord.clock.advance(3600)
    assert (await post(raw, studio, body)).body["id"] != first["id"]


async def test_history_needs_its_permission(raw: RawBot, guild: Guild, studio: Channel) -> None:
    message = (await post(raw, studio, {"content": "x"})).body
    guild.deny(studio, "READ_MESSAGE_HISTORY")
    assert (await raw.call("GET", f"/channels/{studio.id}/messages")).body == []
    path = f"/channels/{studio.id}/messages/{message['id']}"
    assert (await raw.call("GET", path)).refusal == (403, 50013)
    reply = {"content": "x", "message_reference": {"message_id": message["id"]}}
    assert (await post(raw, studio, reply)).refusal == (403, 160002)


async def test_history_is_paged_newest_first(raw: RawBot, studio: Channel) -> None:
    ids = [(await post(raw, studio, {"content": str(n)})).body["id"] for n in range(5)]
    path = f"/channels/{studio.id}/messages"

    async def page(**query: str) -> list[str]:
        return [each["content"] for each in (await raw.call("GET", path, query=query)).body]

    assert await page(limit="2") == ["4", "3"]
    assert await page(before=ids[2], limit="2") == ["1", "0"]
    assert await page(after=ids[0], limit="2") == ["2", "1"]
    assert (await raw.call("GET", path, query={"limit": "101"})).refusal == (400, 50035)


async def test_what_others_write_is_empty_without_the_message_content_intent(
    raw: RawBot, ada: Person, studio: Channel
) -> None:
    await ada.says("private words", files=[("a.txt", b"x")])
    (message,) = (await raw.call("GET", f"/channels/{studio.id}/messages")).body
    assert (message["content"], message["attachments"]) == ("", [])
    await ada.says(f"<@{raw.discord.bot_user_id}> hello")
    assert "hello" in (await raw.call("GET", f"/channels/{studio.id}/messages")).body[0]["content"]


async def test_only_ones_own_messages_can_be_edited(raw: RawBot, ada: Person, studio: Channel) -> None:
    theirs = await ada.says("hello")
    path = f"/channels/{studio.id}/messages/{theirs.id}"
    assert (await raw.call("PATCH", path, {"content": "x"})).refusal == (403, 50005)
    assert (await raw.call("DELETE", path)).refusal == (403, 50013)
    assert studio.guild is not None
    studio.guild.allow(studio, "MANAGE_MESSAGES")
    assert (await raw.call("DELETE", path)).status == 204
    assert (await raw.call("GET", path)).refusal == (404, 10008)


async def test_an_edit_changes_what_it_names_and_keeps_the_rest(raw: RawBot, studio: Channel) -> None:
    body = {"content": "x", "components": [row(button())]}
    first = (await post(raw, studio, body, files={"a.txt": b"a", "b.txt": b"b"})).body
    path = f"/channels/{studio.id}/messages/{first['id']}"
    second = (await raw.call("PATCH", path, {"content": "y"})).body
    assert (second["content"], len(second["components"]), len(second["attachments"])) == ("y", 1, 2)
    assert first["edited_timestamp"] is None
    assert second["edited_timestamp"] is not None
    kept = [{"id": first["attachments"][1]["id"]}, {"id": "0", "filename": "c.txt"}]
    third = (await raw.call("PATCH", path, {"attachments": kept}, files={"c.txt": b"c"})).body
    assert [each["filename"] for each in third["attachments"]] == ["b.txt", "c.txt"]
    last = (await raw.call("PATCH", path, {"attachments": [], "components": []})).body
    assert (last["attachments"], last["components"]) == ([], [])
    assert (await raw.call("PATCH", path, {"content": None})).refusal == (400, 50006)
    unknown = {"attachments": [{"id": "12345"}]}
    assert (await raw.call("PATCH", path, unknown)).refusal == (400, 50035)


async def test_v2_never_leaves_a_message_and_needs_the_old_text_gone(raw: RawBot, studio: Channel) -> None:
    message = (await post(raw, studio, {"content": "x"})).body
    path = f"/channels/{studio.id}/messages/{message['id']}"
    modern = {"flags": V2, "components": [text("new")]}
    assert "content" in (await raw.call("PATCH", path, modern)).faults()
    turned = await raw.call("PATCH", path, modern | {"content": None, "embeds": []})
    assert turned.body["flags"] & V2
    back = await raw.call("PATCH", path, {"flags": 0, "components": [text("still")]})
    assert back.body["flags"] & V2
    assert "content" in (await raw.call("PATCH", path, {"content": "old"})).faults()


async def test_a_shown_file_cannot_be_dropped_from_under_its_component(raw: RawBot, studio: Channel) -> None:
    body = {"flags": V2, "components": [{"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}]}
    message = (await post(raw, studio, body, files={"a.png": picture()})).body
    path = f"/channels/{studio.id}/messages/{message['id']}"
    assert "components" in (await raw.call("PATCH", path, {"attachments": []})).faults()


async def test_mentions_are_what_the_text_names_and_the_sender_allows(
    raw: RawBot, ada: Person, studio: Channel
) -> None:
    body = {"content": f"<@{ada.id}> @everyone"}
    loud = (await post(raw, studio, body)).body
    assert [each["id"] for each in loud["mentions"]] == [str(ada.id)]
    assert loud["mention_everyone"]
    silent = (await post(raw, studio, body | {"allowed_mentions": {"parse": []}})).body
    assert (silent["mentions"], silent["mention_everyone"]) == ([], False)


async def test_a_reply_shows_what_it_replies_to(raw: RawBot, studio: Channel) -> None:
    first = (await post(raw, studio, {"content": "question"})).body
    reference = {"message_id": first["id"], "channel_id": str(studio.id)}
    reply = (await post(raw, studio, {"content": "answer", "message_reference": reference})).body
    assert reply["type"] == 19
    assert reply["referenced_message"]["content"] == "question"
    lost = {"message_id": "7", "fail_if_not_exists": False}
    plain = (await post(raw, studio, {"content": "answer", "message_reference": lost})).body
    assert plain["type"] == 0


async def test_a_dm_reaches_those_who_share_a_server_or_carry_the_app(
    raw: RawBot, discord: DiscordServer, ada: Person
) -> None:
    stranger = discord.person("stranger")

    async def write(person: Person) -> Reply:
        opened = await raw.call("POST", "/users/@me/channels", {"recipient_id": person.id})
        assert opened.body["recipients"][0]["id"] == str(person.id)
        return await raw.call("POST", f"/channels/{opened.body['id']}/messages", {"content": "psst"})

    assert (await write(ada)).status == 200
    assert (await write(stranger)).refusal == (403, 50278)
    assert (await write(stranger.installs())).status == 200
    assert (await write(ada.closes_dms())).refusal == (403, 50007)
    bots = await raw.call("POST", "/users/@me/channels", {"recipient_id": str(discord.bot_user_id)})
    assert bots.refusal == (400, 50033)


async def test_accounts_and_servers_are_told_to_members_only(
    raw: RawBot, discord: DiscordServer, guild: Guild, ada: Person
) -> None:
    foreign = discord.guild("Foreign", bot=False)
    assert (await raw.call("GET", f"/guilds/{guild.id}")).body["premium_tier"] == 0
    assert (await raw.call("GET", f"/guilds/{foreign.id}")).refusal == (403, 50001)
    assert (await raw.call("GET", f"/guilds/{guild.id}/members/{ada.id}")).status == 200
    assert (await raw.call("GET", f"/guilds/{guild.id}/members/5")).refusal == (404, 10007)
    assert (await raw.call("GET", f"/users/{ada.id}")).body["username"] == "ada"
    assert (await raw.call("GET", "/users/5")).refusal == (404, 10013)
    assert (await raw.call("POST", f"/channels/{ada.place.id}/typing")).status == 204
