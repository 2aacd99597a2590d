"""First answers, tokens, follow-ups, ephemeral messages, presses, menus, autocomplete: discord-emulator §4."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.discord import Channel, NoAnswer, NotOffered, Person
from tests.integration.sandbox_discord.raw import Json, RawBot, Reply, opened
from tests.integration.sandbox_discord.shapes import EPHEMERAL, V2, button, row


@pytest.fixture(autouse=True)
async def _registered(raw: RawBot) -> None:
    await raw.registers(
        {"name": "go"},
        {
            "name": "pick",
            "options": [
                {"type": 3, "name": "lora", "description": "d", "autocomplete": True},
                {"type": 4, "name": "count", "description": "d"},
            ],
        },
        {"name": "Add", "type": 3},
        {"name": "Look up", "type": 2},
    )


async def test_a_message_answer_returns_the_callback_object(raw: RawBot, ada: Person) -> None:
    async def answer(event: Json) -> Reply:
        assert event["data"]["name"] == "go"
        assert event["member"]["user"]["id"] == str(ada.id)
        return await raw.answers(event, 4, {"content": "hello"})

    exchange, reply = await raw.meets(ada.runs("/go"), answer)
    message = reply.body["resource"]["message"]
    assert reply.body["interaction"]["response_message_id"] == message["id"]
    assert reply.body["resource"]["type"] == 4
    assert message["type"] == 20
    assert message["interaction_metadata"]["user"]["id"] == str(ada.id)
    assert message["webhook_id"] == message["application_id"] == str(raw.discord.application_id)
    assert exchange.message is not None
    assert exchange.message.text == "hello"
    assert exchange.response == exchange.message


async def test_without_with_response_the_answer_is_204(raw: RawBot, ada: Person) -> None:
    async def answer(event: Json) -> Reply:
        path = f"/interactions/{event['id']}/{event['token']}/callback"
        return await raw.call("POST", path, {"type": 5})

    exchange, reply = await raw.meets(ada.runs("/go"), answer)
    assert (reply.status, reply.body) == (204, None)
    assert exchange.deferred


async def test_a_second_answer_is_40060(raw: RawBot, ada: Person) -> None:
    _, event = await opened(raw, ada.runs("/go"), 4, {"content": "x"})
    assert (await raw.answers(event, 4, {"content": "y"})).refusal == (400, 40060)


async def test_an_answer_after_three_seconds_is_10062(raw: RawBot, ada: Person) -> None:
    acting = asyncio.create_task(ada.runs("/go"))
    event = await raw.interaction()
    raw.discord.clock.advance(3.5)
    assert (await raw.answers(event, 4, {"content": "late"})).refusal == (404, 10062)
    assert (await acting).failed


async def test_silence_fails_for_the_person_after_three_seconds(raw: RawBot, ada: Person) -> None:
    exchange = await ada.runs("/go")
    assert exchange.failed
    assert exchange.response is None
    with pytest.raises(TimeoutError):
        await exchange.answered(within=0.05)


async def test_a_foreign_token_or_id_is_unknown(raw: RawBot, ada: Person) -> None:
    acting = asyncio.create_task(ada.runs("/go"))
    event = await raw.interaction()
    assert (await raw.answers(event | {"id": "5"}, 5)).refusal == (404, 10062)
    assert (await raw.answers(event | {"token": "x" * 40}, 5)).refusal == (404, 10062)
    assert (await raw.answers(event, 5)).status == 200
    await acting


async def test_nothing_can_follow_before_the_first_answer(raw: RawBot, ada: Person) -> None:
    acting = asyncio.create_task(ada.runs("/go"))
    event = await raw.interaction()
    assert (await raw.follows_up(event, {"content": "x"})).refusal == (404, 10015)
    assert (await raw.edits(event, {"content": "x"})).refusal == (404, 10015)
    await raw.answers(event, 5)
    await acting


async def test_after_fifteen_minutes_the_token_is_dead(raw: RawBot, ada: Person) -> None:
    exchange, event = await opened(raw, ada.runs("/go"), 4, {"content": "x"})
    raw.discord.clock.advance(15 * 60 + 1)
    assert (await raw.edits(event, {"content": "y"})).refusal == (401, 50027)
    assert (await raw.follows_up(event, {"content": "y"})).refusal == (401, 50027)
    assert exchange.message is not None
    path = f"/channels/{exchange.message.channel.id}/messages/{exchange.message.id}"
    assert (await raw.call("PATCH", path, {"content": "by the bot's token"})).status == 200


async def test_the_first_follow_up_fills_a_deferred_answer_whose_flags_win(raw: RawBot, ada: Person) -> None:
    exchange, event = await opened(raw, ada.runs("/go"), 5, {"flags": EPHEMERAL})
    assert exchange.message is None
    original = (await raw.follows_up(event, {"content": "now"})).body
    assert original["flags"] == EPHEMERAL
    assert (await exchange.answered()).text == "now"
    assert (await exchange.answered()).edits == ()
    second = (await raw.follows_up(event, {"content": "more"})).body
    assert second["id"] != original["id"]
    assert not second["flags"] & EPHEMERAL
    assert [each.text for each in exchange.followups] == ["more"]


async def test_v2_cannot_be_deferred_but_fills_the_deferred_answer(raw: RawBot, ada: Person) -> None:
    acting = asyncio.create_task(ada.runs("/go"))
    event = await raw.interaction()
    assert "data.flags" in (await raw.answers(event, 5, {"flags": V2})).faults()
    assert (await raw.answers(event, 5)).status == 200
    await acting
    filled = await raw.edits(event, {"flags": V2, "components": [{"type": 10, "content": "x"}]})
    assert filled.body["flags"] == V2


async def test_the_original_can_be_read_and_deleted_by_the_token(raw: RawBot, ada: Person) -> None:
    exchange, event = await opened(raw, ada.runs("/go"), 4, {"content": "x"})
    path = f"/webhooks/{event['application_id']}/{event['token']}/messages/@original"
    assert (await raw.call("GET", path)).body["content"] == "x"
    assert (await raw.call("DELETE", path)).status == 204
    assert (await raw.call("GET", path)).refusal == (404, 10008)
    assert exchange.message is None


async def test_a_token_reaches_only_its_own_messages(raw: RawBot, ada: Person) -> None:
    one, _ = await opened(raw, ada.runs("/go"), 4, {"content": "one"})
    _, event = await opened(raw, ada.runs("/go"), 4, {"content": "two"})
    assert one.message is not None
    reply = await raw.edits(event, {"content": "x"}, message=str(one.message.id))
    assert reply.refusal == (404, 10008)


async def test_an_ephemeral_answer_is_for_one_person_and_for_no_channel_route(
    raw: RawBot, ada: Person, studio: Channel
) -> None:
    bob = raw.discord.person("bob").at(studio)
    exchange, _ = await opened(
        raw, ada.runs("/go"), 4, {"content": "secret", "flags": EPHEMERAL, "components": [row(button("ok"))]}
    )
    message = exchange.message
    assert message is not None
    assert message.ephemeral_to is ada.user
    assert ada.messages() == [message]
    assert bob.messages() == []
    with pytest.raises(NotOffered, match="cannot see"):
        await bob.clicks("ok", on=message)
    path = f"/channels/{studio.id}/messages/{message.id}"
    assert (await raw.call("GET", path)).refusal == (404, 10008)
    assert (await raw.call("PATCH", path, {"content": "x"})).refusal == (404, 10008)
    assert (await raw.call("GET", f"/channels/{studio.id}/messages")).body == []
    raw.discord.clock.advance(16 * 60)
    with pytest.raises(NotOffered, match="gone"):
        await ada.clicks("ok")


@pytest.mark.parametrize(("kind", "data"), [(4, {}), (6, None), (7, {"content": "x"}), (1, None), (12, None)])
async def test_a_command_takes_only_the_answers_of_commands(
    raw: RawBot, ada: Person, kind: int, data: Json | None
) -> None:
    acting = asyncio.create_task(ada.runs("/go"))
    event = await raw.interaction()
    reply = await raw.answers(event, kind, data)
    if kind == 4:
        assert reply.refusal == (400, 50006)
    else:
        assert "type" in reply.faults()
    assert (await raw.answers(event, 5)).status == 200
    await acting


async def test_a_press_updates_its_message_and_keeps_what_it_does_not_name(raw: RawBot, ada: Person) -> None:
    first, _ = await opened(
        raw, ada.runs("/go"), 4, {"content": "x", "components": [row(button("a"), button("b"))]}
    )

    async def answer(event: Json) -> Reply:
        assert event["type"] == 3
        assert event["data"] == {"custom_id": "b", "component_type": 2, "id": 3}
        assert event["message"]["components"][0]["components"][1]["custom_id"] == "b"
        return await raw.answers(event, 7, {"content": "pressed"})

    pressed, reply = await raw.meets(ada.clicks("b"), answer)
    assert reply.body["resource"]["type"] == 7
    assert pressed.message == first.message
    assert first.message is not None
    assert first.message.text == "pressed\na\nb"
    assert len(first.message.edits) == 1


async def test_a_deferred_update_makes_the_pressed_message_the_original(raw: RawBot, ada: Person) -> None:
    first, _ = await opened(raw, ada.runs("/go"), 4, {"content": "x", "components": [row(button("a"))]})
    pressed, event = await opened(raw, ada.clicks("a"), 6)
    await raw.edits(event, {"content": "later", "components": []})
    assert await pressed.answered() == first.message
    assert first.message is not None
    assert first.message.buttons == []


async def test_a_press_may_be_answered_by_a_new_message_that_replies(raw: RawBot, ada: Person) -> None:
    first, _ = await opened(raw, ada.runs("/go"), 4, {"content": "x", "components": [row(button("a"))]})
    pressed, _ = await opened(raw, ada.clicks("a"), 4, {"content": "new"})
    assert first.message is not None
    assert pressed.message is not None
    assert pressed.message.reference == first.message.id
    assert pressed.message.raw["interaction_metadata"]["interacted_message_id"] == str(first.message.id)


async def test_disabled_missing_and_link_buttons_cannot_be_pressed(raw: RawBot, ada: Person) -> None:
    link = {"type": 2, "style": 5, "label": "read", "url": "https://example.org"}
    body = {"components": [row(button("off", disabled=True)), {"type": 1, "components": [link]}]}
    await opened(raw, ada.runs("/go"), 4, body)
    for label, reason in (("off", "disabled"), ("nowhere", "sees no"), ("read", "link")):
        with pytest.raises(NotOffered, match=reason):
            await ada.clicks(label)


async def test_a_select_carries_values_within_its_bounds(raw: RawBot, ada: Person) -> None:
    options = [{"label": each.upper(), "value": each} for each in "abc"]
    menu = {"type": 3, "custom_id": "m", "options": options, "max_values": 2}
    people = {"type": 5, "custom_id": "who"}
    body = {"components": [{"type": 1, "components": [menu]}, {"type": 1, "components": [people]}]}
    await opened(raw, ada.runs("/go"), 4, body)
    _, event = await opened(raw, ada.selects(["A", "c"], custom_id="m"), 6)
    assert event["data"]["values"] == ["a", "c"]
    assert event["data"]["component_type"] == 3
    _, event = await opened(raw, ada.selects(ada, custom_id="who"), 6)
    assert event["data"]["resolved"]["members"][str(ada.id)]["permissions"]
    with pytest.raises(NotOffered, match="1 to 2"):
        await ada.selects(["a", "b", "c"], custom_id="m")
    with pytest.raises(NotOffered, match="not among"):
        await ada.selects("z", custom_id="m")


async def test_autocomplete_offers_at_most_25_choices(raw: RawBot, ada: Person) -> None:
    async def typed(choices: list[Json]) -> tuple[list[Json], Reply]:
        acting = asyncio.create_task(ada.types("/pick", "lora", "ma", count=3))
        event = await raw.interaction()
        assert event["type"] == 4
        assert event["data"]["options"] == [
            {"name": "count", "type": 4, "value": 3},
            {"name": "lora", "type": 3, "value": "ma", "focused": True},
        ]
        reply = await raw.answers(event, 8, {"choices": choices})
        if reply.status != 200:
            await raw.answers(event, 8, {"choices": []})
        return await acting, reply

    choices = [{"name": f"mara {n}", "value": f"m{n}"} for n in range(26)]
    _, reply = await typed(choices)
    assert "data.choices" in reply.faults()
    offered, reply = await typed(choices[:25])
    assert len(offered) == 25
    assert "resource" not in reply.body
    _, reply = await typed([{"name": "x" * 101, "value": "x"}])
    assert "data.choices.0.name" in reply.faults()


async def test_choices_that_do_not_come_are_not_taken_for_none(raw: RawBot, ada: Person) -> None:
    typing = asyncio.create_task(ada.types("/pick", "lora", "x"))
    await raw.interaction()
    raw.discord.clock.advance(4)
    with pytest.raises(NoAnswer):
        await typing
    with pytest.raises(NotOffered):
        await ada.types("/pick", "count", "x")


async def test_a_message_menu_brings_the_message_with_its_files(raw: RawBot, ada: Person) -> None:
    bob = raw.discord.person("bob").at(ada)
    message = await bob.says("look", files=[("cat.png", b"meow")])
    _, event = await opened(raw, ada.menu("Add", on=message), 4, {"content": "added"})
    assert event["data"]["target_id"] == str(message.id)
    resolved = event["data"]["resolved"]["messages"][str(message.id)]
    assert resolved["content"] == "look"
    assert resolved["attachments"][0]["filename"] == "cat.png"
    assert resolved["channel_id"] == str(message.channel.id)


async def test_a_person_menu_brings_the_person(raw: RawBot, ada: Person) -> None:
    _, event = await opened(raw, ada.menu("Look up", on=ada), 4, {"content": "seen"})
    assert event["data"]["resolved"]["users"][str(ada.id)]["username"] == "ada"


async def test_an_answer_with_files_keeps_to_the_interactions_limit(raw: RawBot, ada: Person) -> None:
    acting = asyncio.create_task(ada.runs("/go"))
    event = await raw.interaction()
    assert event["attachment_size_limit"] == 10 << 20
    big = {"a.bin": bytes((10 << 20) + 1)}
    body = {"type": 4, "data": {"content": "x"}}
    path = f"/interactions/{event['id']}/{event['token']}/callback"
    assert (await raw.call("POST", path, body, files=big)).refusal == (413, 40005)
    assert (await raw.call("POST", path, body, files={"a.bin": b"x"})).status == 204
    assert len((await acting).message.attachments) == 1  # type: ignore[union-attr]
    acting = asyncio.create_task(ada.nitro().runs("/go"))
    event = await raw.interaction()
    assert event["attachment_size_limit"] == 500 << 20
    await raw.answers(event, 5)
    await acting


async def test_an_answer_in_a_deleted_channel_has_nowhere_to_go(
    raw: RawBot, ada: Person, studio: Channel
) -> None:
    _, event = await opened(raw, ada.runs("/go"), 5)
    assert studio.guild is not None
    studio.guild.delete(studio)
    assert (await raw.edits(event, {"content": "x"})).refusal == (404, 10003)


async def test_a_public_answer_with_files_needs_the_bots_permission_and_a_private_one_does_not(
    raw: RawBot, ada: Person, studio: Channel
) -> None:
    assert studio.guild is not None
    studio.guild.deny(studio, "ATTACH_FILES")
    acting = asyncio.create_task(ada.runs("/go"))
    event = await raw.interaction()
    path = f"/interactions/{event['id']}/{event['token']}/callback"
    files = {"a.txt": b"x"}
    public = {"type": 4, "data": {"content": "x"}}
    assert (await raw.call("POST", path, public, files=files)).refusal == (403, 50013)
    private = {"type": 4, "data": {"content": "x", "flags": EPHEMERAL}}
    assert (await raw.call("POST", path, private, files=files)).status == 204
    await acting
