"""Messages: who is told of them, of their edits and their ends, and what people do to them."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.sandbox.discord import Channel, Person
from bot.sandbox.page.street import Street
from tests.integration.sandbox_discord.raw import RawBot
from tests.integration.sandbox_discord.shapes import EPHEMERAL, button, picture, post, row
from tests.integration.sandbox_page.conftest import Look, met
from tests.integration.sandbox_page.looker import Looker

Json = dict[str, Any]


async def alone(raw: RawBot, window: Looker, place: Channel, **more: Any) -> tuple[Json, Json]:
    """Run /go in a window and answer for one pair of eyes; the message told, and the interaction."""
    await raw.registers({"name": "go"})
    data = {"content": "only you", "flags": EPHEMERAL} | more
    done = await met(window.ask("run", channel=str(place.id), command="/go"), raw, data=data)
    return (await window.sees("only you"))["message"], done.event


async def test_what_somebody_writes_is_told_to_all_who_see_the_place(
    look: Look, ada: Person, bo: Person, cy: Person, paintings: Channel
) -> None:
    first, second, stranger = await look(ada), await look(bo), await look(cy)
    said = await first.ask("say", channel=str(paintings.id), content="hello **all**")
    for window in (first, second):
        told = await window.sees("hello")
        assert told["new"] is True
        assert told["message"]["id"] == said["message"]
        assert told["message"]["page"] == {"stale": False, "asked": None}
    await stranger.nothing_more()
    assert stranger.messages() == []
    assert "no such place" in await stranger.refused("read", channel=str(paintings.id))


async def test_a_channel_is_read_oldest_first_and_not_without_end(
    look: Look, ada: Person, paintings: Channel
) -> None:
    for number in range(203):
        await ada.says(f"{number}")
    window = await look(ada)
    read = (await window.ask("read", channel=str(paintings.id)))["messages"]
    assert [each["content"] for each in read] == [str(number) for number in range(3, 203)]


async def test_nothing_falls_between_what_is_read_and_what_is_told(
    look: Look, ada: Person, paintings: Channel
) -> None:
    window = await look(ada)
    reading = asyncio.create_task(window.ask("read", channel=str(paintings.id)))
    for number in range(50):
        await ada.says(f"{number}")
        await asyncio.sleep(0)
    read = {each["content"] for each in (await reading)["messages"]}
    await window.nothing_more()
    assert read | {each["content"] for each in window.messages()} == {str(number) for number in range(50)}


async def test_files_are_written_with_a_message_and_are_there(
    look: Look, ada: Person, paintings: Channel
) -> None:
    window = await look(ada)
    data = picture()
    words = [await window.puts("a cat.png", data), await window.puts("b.txt", b"words")]
    await window.ask("say", channel=str(paintings.id), content="two", files=words)
    attachments = (await window.sees("two"))["message"]["attachments"]
    assert [each["filename"] for each in attachments] == ["a_cat.png", "b.txt"]
    assert attachments[0]["url"].startswith(window.world["cdn"])
    async with window.http.get(attachments[0]["url"]) as response:
        assert await response.read() == data
    again = await window.refused("say", channel=str(paintings.id), content="again", files=words)
    assert again == "The file is not here any more; add it again."


async def test_what_a_client_would_not_send_is_refused_in_a_sentence_and_keeps_its_files(
    look: Look, ada: Person, street: Street, paintings: Channel
) -> None:
    window = await look(ada)
    place = str(paintings.id)
    word = await window.puts("a.txt", b"x")
    assert "empty message" in await window.refused("say", channel=place, content=" \n")
    long = await window.refused("say", channel=place, content="x" * 2001, files=[word])
    assert long == "The message has 2001 characters, more than 2000."
    many = [await window.puts(f"{n}.txt", b"x") for n in range(11)]
    assert "11 files" in await window.refused("say", channel=place, files=many)
    assert "again" in await window.refused("say", channel=place, files=["no such word"])
    street.world.guild.deny(paintings, "ATTACH_FILES", who=ada)
    assert await window.refused("say", channel=place, files=[word]) == "Ada may not send files here."
    street.world.guild.deny(paintings, "SEND_MESSAGES", who=ada)
    assert await window.refused("say", channel=place, content="x") == "Ada may not write here."
    street.world.guild.allow(paintings, "SEND_MESSAGES", "ATTACH_FILES", who=ada)
    await window.ask("say", channel=place, files=[word])


async def test_an_ephemeral_message_is_told_to_one_person_in_all_their_windows(
    look: Look, raw: RawBot, ada: Person, bo: Person, paintings: Channel
) -> None:
    window, again, other = await look(ada), await look(ada), await look(bo)
    message, event = await alone(raw, window, paintings)
    assert (await again.sees("only you"))["message"]["id"] == message["id"]
    assert message["page"]["asked"] == {"user": str(ada.id), "name": "/go"}
    await raw.edits(event, {"content": "changed"})
    assert (await window.sees("changed"))["new"] is False
    await raw.call("DELETE", f"/webhooks/{event['application_id']}/{event['token']}/messages/@original")
    await window.hears("gone", lambda told: told["message"] == message["id"])
    await other.nothing_more()
    assert other.messages() == []
    assert [each for each in other.told if each["on"] == "gone"] == []
    assert (await other.ask("read", channel=str(paintings.id)))["messages"] == []


async def test_a_dismissed_message_is_gone_and_stays_gone(
    look: Look, raw: RawBot, ada: Person, paintings: Channel
) -> None:
    window, again = await look(ada), await look(ada)
    place = str(paintings.id)
    message, event = await alone(raw, window, paintings, components=[row(button("b"))])
    kept = await window.refused("delete", channel=place, message=message["id"])
    assert kept == "A message that nobody else sees can only be dismissed."
    await window.ask("dismiss", channel=place, message=message["id"])
    await again.hears("gone", lambda told: told["message"] == message["id"])
    await raw.edits(event, {"content": "changed"})
    await window.nothing_more()
    assert "changed" not in [each["content"] for each in window.messages()]
    assert (await window.ask("read", channel=place))["messages"] == []
    gone = await window.refused("press", channel=place, message=message["id"], custom_id="b")
    assert gone == "This message is not on the screen any more."
    said = await window.ask("say", channel=place, content="public")
    assert "dismissed" in await window.refused("dismiss", channel=place, message=said["message"])


async def test_a_reply_shows_nobody_what_was_for_somebody_else(
    look: Look, raw: RawBot, ada: Person, bo: Person, paintings: Channel
) -> None:
    window, other = await look(ada), await look(bo)
    message, _ = await alone(raw, window, paintings, components=[row(button("b"))])
    press = window.ask("press", channel=str(paintings.id), message=message["id"], custom_id="b")
    await met(press, raw, data={"content": "for all"})
    mine, theirs = (await window.sees("for all"))["message"], (await other.sees("for all"))["message"]
    assert mine["referenced_message"]["content"] == "only you"
    assert theirs["referenced_message"] is None
    (read,) = (await other.ask("read", channel=str(paintings.id)))["messages"]
    assert read["referenced_message"] is None


async def test_an_old_ephemeral_message_is_told_to_be_stale(
    look: Look, raw: RawBot, ada: Person, paintings: Channel
) -> None:
    window = await look(ada)
    message, _ = await alone(raw, window, paintings, components=[row(button("b"))])
    assert message["page"]["stale"] is False
    await window.ask("forward", seconds=15 * 60 + 1)
    told = await window.hears("message", lambda each: each["message"]["page"]["stale"])
    assert (told["new"], told["message"]["id"]) == (False, message["id"])
    pressed = await window.refused("press", channel=str(paintings.id), message=message["id"], custom_id="b")
    assert "gone from the screen" in pressed


async def test_two_windows_see_each_edit_of_a_card(
    look: Look, raw: RawBot, ada: Person, bo: Person, paintings: Channel
) -> None:
    window, other = await look(ada), await look(bo)
    body = (await post(raw, paintings, {"content": "10 %"})).body
    for text in ("20 %", "30 %"):
        await raw.call("PATCH", f"/channels/{paintings.id}/messages/{body['id']}", {"content": text})
    for each in (window, other):
        await each.sees("30 %")
        assert [
            (told["new"], told["message"]["content"]) for told in each.told if told["on"] == "message"
        ] == [
            (True, "10 %"),
            (False, "20 %"),
            (False, "30 %"),
        ]


async def test_one_deletes_what_is_ones_own_and_a_manager_everything(
    look: Look, raw: RawBot, ada: Person, bo: Person, paintings: Channel
) -> None:
    window, manager = await look(ada), await look(bo)
    place = str(paintings.id)
    mine = (await window.ask("say", channel=place, content="mine"))["message"]
    theirs = (await manager.ask("say", channel=place, content="theirs"))["message"]
    card = (await post(raw, paintings, {"content": "card"})).body["id"]
    for message in (theirs, card):
        refused = await window.refused("delete", channel=place, message=message)
        assert refused == "This is somebody else's message."
    await window.ask("delete", channel=place, message=mine)
    await manager.ask("delete", channel=place, message=card)
    await manager.hears("gone", lambda told: told["message"] == mine)
    await window.hears("gone", lambda told: told["message"] == card)
    assert "not on the screen" in await window.refused("delete", channel=place, message=mine)


async def test_nobody_deletes_the_bots_messages_in_their_dm(look: Look, raw: RawBot, ada: Person) -> None:
    window = await look(ada)
    dm = ada.dm.place
    message = (await post(raw, dm, {"content": "psst"})).body["id"]
    refused = await window.refused("delete", channel=str(dm.id), message=message)
    assert refused == "This is somebody else's message."


async def test_a_private_message_is_told_to_its_person_only(
    look: Look, raw: RawBot, ada: Person, bo: Person
) -> None:
    window, other = await look(ada), await look(bo)
    await post(raw, ada.dm.place, {"content": "psst"})
    await window.sees("psst")
    await other.nothing_more()
    assert other.messages() == []


async def test_a_window_that_looks_as_somebody_else_is_told_what_they_see(
    look: Look, raw: RawBot, ada: Person, bo: Person
) -> None:
    window = await look(ada)
    await window.ask("be", person=str(bo.id))
    await window.hears("world", lambda told: told["me"] == str(bo.id))
    await post(raw, ada.dm.place, {"content": "for Ada"})
    await post(raw, bo.dm.place, {"content": "for Bo"})
    await window.sees("for Bo")
    assert [each["content"] for each in window.messages()] == ["for Bo"]


async def test_a_thread_is_started_where_one_may(
    look: Look, ada: Person, street: Street, paintings: Channel
) -> None:
    window = await look(ada)
    made = (await window.ask("thread", channel=str(paintings.id), name="cats"))["channel"]
    channels = window.world["guilds"][0]["channels"]
    assert [each["parent"] for each in channels if each["id"] == made] == [str(paintings.id)]
    await window.ask("say", channel=made, content="in it")
    assert await window.refused("thread", channel=made, name="deeper") == "Ada may start no thread here."
    nameless = await window.refused("thread", channel=str(paintings.id), name="  ")
    assert nameless == "The name of a thread has 1 to 100 characters."
    street.world.guild.deny(paintings, "CREATE_PUBLIC_THREADS", who=ada)
    assert "no thread" in await window.refused("thread", channel=str(paintings.id), name="more")
