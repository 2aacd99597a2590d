"""Everything that makes an interaction: commands, completion, buttons, selects, menus, forms; and what the bot gets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.discord import Channel, Person
from bot.sandbox.page.street import Street
from tests.integration.sandbox_discord.raw import RawBot
from tests.integration.sandbox_discord.shapes import button, option, picture, post, row
from tests.integration.sandbox_page.conftest import Look, met

Json = dict[str, Any]
OPTIONS = [
    {"type": 3, "name": "command", "description": "d"},
    {"type": 4, "name": "count", "description": "d", "max_value": 4},
    {"type": 5, "name": "loud", "description": "d"},
    {"type": 6, "name": "who", "description": "d"},
    {"type": 7, "name": "where", "description": "d"},
    {"type": 8, "name": "role", "description": "d"},
    {"type": 9, "name": "any", "description": "d"},
    {"type": 10, "name": "weight", "description": "d"},
    {"type": 11, "name": "file", "description": "d"},
]
GO = {"name": "go", "options": OPTIONS}


def label(text: str, component: Json) -> Json:
    return {"type": 18, "label": text, "component": component}


async def test_every_kind_of_option_reaches_the_bot(
    look: Look, raw: RawBot, ada: Person, bo: Person, street: Street, paintings: Channel
) -> None:
    await raw.registers(GO)
    window = await look(ada)
    painters = street.world.guild.roles[-1]
    options = {
        "command": "a word",
        "count": 3,
        "loud": True,
        "who": {"user": str(bo.id)},
        "where": {"channel": str(paintings.id)},
        "role": {"role": str(painters.id)},
        "any": {"role": str(painters.id)},
        "weight": 0.5,
        "file": {"file": await window.puts("a.png", picture())},
    }
    done = await met(
        window.ask("run", channel=str(paintings.id), command="/go", options=options),
        raw,
        data={"content": "x"},
    )
    data = done.event["data"]
    sent = {each["name"]: each["value"] for each in data["options"]}
    (attachment,) = data["resolved"]["attachments"]
    assert sent == {
        "command": "a word",
        "count": 3,
        "loud": True,
        "who": str(bo.id),
        "where": str(paintings.id),
        "role": str(painters.id),
        "any": str(painters.id),
        "weight": 0.5,
        "file": attachment,
    }
    assert data["resolved"]["roles"][str(painters.id)]["name"] == "Painters"
    assert data["resolved"]["users"][str(bo.id)]["username"] == "Bo"
    assert done.ok["failed"] is False
    assert done.ok["answer"] == "message"
    message = (await window.sees("x"))["message"]
    assert message["page"]["asked"] == {"user": str(ada.id), "name": "/go"}
    gone = await window.refused("run", channel=str(paintings.id), command="/go", options=options)
    assert gone == "The file is not here any more; add it again."


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"count": 9}, "Count: 9 is not at most 4."),
        ({"count": "3"}, "Count: '3' is no whole number."),
        ({"who": {"user": "1"}}, "There is nobody of that name here."),
        ({"who": "Bo"}, "'Bo' is no person."),
        ({"where": {"channel": "1"}}, "There is no such channel here."),
        ({"where": "paintings"}, "Where: 'paintings' is no channel."),
        ({"role": {"role": "1"}}, "There is no such role here."),
        ({"role": 1}, "1 is no role."),
        ({"file": {"file": "unknown"}}, "The file is not here any more; add it again."),
        ({"file": "a.png"}, "'a.png' is no file: give a Path or (filename, bytes)."),
        ({"nothing": 1}, "No option 'nothing'; there are command, count, loud, who, where, role, any, weight, file."),
        ({"command": [1, 2]}, "Command: [1, 2] is no text."),
        ({"command": ""}, "Command: 0 characters, not 1 to 6000."),
        ({"count": -(2**60)}, "Count: no number can be so far from zero."),
        ({"weight": 1e300}, "Weight: no number can be so far from zero."),
    ],
)  # fmt: skip
async def test_what_no_client_would_send_is_refused_in_a_sentence(
    look: Look, raw: RawBot, paintings: Channel, options: Json, sentence: str
) -> None:
    await raw.registers(GO)
    window = await look()
    assert await window.refused("run", channel=str(paintings.id), command="/go", options=options) == sentence


async def test_what_is_refused_is_named_in_short_however_large_it_is(
    look: Look, raw: RawBot, paintings: Channel
) -> None:
    await raw.registers(GO)
    window = await look()
    place = {"channel": str(paintings.id)}
    cat = {"file": await window.puts("cat.png", bytes(9 << 20))}
    await window.ask("say", content="", files=[cat["file"]], **place)
    dog = {"file": await window.puts("dog.png", bytes(9 << 20))}

    async def refused(**options: Any) -> str:
        return await window.refused("run", command="/go", options=options, **place)

    assert await refused(command=dog) == "Command: the file 'dog.png' is no text."
    assert await refused(file=[dog, dog]) == (
        "[the file 'dog.png', the file 'dog.png'] is no file: give a Path or (filename, bytes)."
    )
    assert await refused(who=place) == "<Channel paintings> is no person."
    assert len(await refused(count="9" * 1_000_000)) < 200


async def test_a_command_that_is_not_offered_is_refused(look: Look, raw: RawBot, paintings: Channel) -> None:
    window = await look()
    assert "not registered" in await window.refused("run", channel=str(paintings.id), command="/no")
    assert "not registered" in await window.refused("run", channel=str(paintings.id), command="")


async def test_a_subcommand_is_named_as_people_read_it(look: Look, raw: RawBot, paintings: Channel) -> None:
    inner = {"type": 1, "name": "subject", "description": "d"}
    await raw.registers({"name": "train", "options": [inner]})
    window = await look()
    asking = window.ask("run", channel=str(paintings.id), command="/train subject")
    done = await met(asking, raw, data={"content": "x"})
    assert done.event["data"]["options"][0]["name"] == "subject"
    assert (await window.sees("x"))["message"]["page"]["asked"]["name"] == "/train subject"


async def test_a_deferred_answer_is_told_when_it_is_filled(
    look: Look, raw: RawBot, paintings: Channel
) -> None:
    await raw.registers({"name": "go"})
    window = await look()
    done = await met(window.ask("run", channel=str(paintings.id), command="/go"), raw, kind=5, data={})
    assert done.ok["answer"] == "deferred"
    await raw.edits(done.event, {"content": "filled"})
    told = await window.sees("filled")
    assert (told["new"], told["message"]["page"]["asked"]["name"]) == (False, "/go")
    await raw.follows_up(done.event, {"content": "more"})
    assert (await window.sees("more"))["message"]["page"]["asked"] is None


async def test_a_bot_that_says_nothing_fails_the_interaction_and_holds_up_nothing(
    look: Look, raw: RawBot, street: Street, paintings: Channel
) -> None:
    await raw.registers({"name": "go"})
    window = await look()
    running = asyncio.create_task(window.ask("run", channel=str(paintings.id), command="/go"))
    await raw.interaction()
    await window.ask("say", channel=str(paintings.id), content="meanwhile")
    assert not running.done()
    street.world.clock.advance(4)
    outcome = await running
    assert (outcome["failed"], outcome["answer"], outcome["modal"]) == (True, None, None)


async def test_completion_sends_what_fits_and_answers_with_the_choices(
    look: Look, raw: RawBot, paintings: Channel
) -> None:
    lora = {"type": 3, "name": "lora", "description": "d", "autocomplete": True}
    await raw.registers({"name": "go", "options": [*OPTIONS, lora]})
    window = await look()
    word = await window.puts("a.png", b"x")
    asking = window.ask(
        "complete",
        channel=str(paintings.id),
        command="/go",
        option="lora",
        text="ma",
        options={"count": 99, "loud": True, "file": {"file": word}, "lora": "m"},
    )
    done = await met(asking, raw, kind=8, data={"choices": [{"name": "mara", "value": "m1"}]})
    assert done.ok == {"choices": [{"name": "mara", "value": "m1"}]}
    assert {each["name"]: each["value"] for each in done.event["data"]["options"]} == {
        "loud": True,
        "lora": "ma",
    }
    await window.ask("say", channel=str(paintings.id), files=[word])


async def test_completion_without_an_answer_or_an_option_is_refused(
    look: Look, raw: RawBot, street: Street, paintings: Channel
) -> None:
    await raw.registers({"name": "go", "options": [OPTIONS[0] | {"autocomplete": True}]})
    window = await look()
    given = {"channel": str(paintings.id), "command": "/go", "text": "x"}
    assert "completes no option" in await window.refused("complete", option="other", **given)
    unknown = await window.refused("complete", option="command", options={"comand": "x"}, **given)
    assert unknown == "No option 'comand'; there are none."
    waiting = asyncio.create_task(window.refused("complete", option="command", **given))
    await raw.interaction()
    street.world.clock.advance(4)
    assert await waiting == "No choices for command of /go came in time."


async def test_a_button_is_pressed_by_exactly_its_id(look: Look, raw: RawBot, paintings: Channel) -> None:
    window = await look()
    buttons = row(button("a", label="b"), button("b", label="a"), button("off", disabled=True))
    message = (await post(raw, paintings, {"content": "card", "components": [buttons]})).body["id"]
    given = {"channel": str(paintings.id), "message": message}
    done = await met(window.ask("press", custom_id="b", **given), raw, kind=7, data={"content": "pressed"})
    assert done.event["data"]["custom_id"] == "b"
    assert done.ok["answer"] == "update"
    assert (await window.sees("pressed"))["new"] is False
    silent = await met(window.ask("press", custom_id="a", **given), raw, kind=6)
    assert silent.ok["answer"] == "deferred update"
    assert "disabled" in await window.refused("press", custom_id="off", **given)
    assert "no button" in await window.refused("press", custom_id="none", **given)
    elsewhere = {"channel": given["channel"], "message": "1"}
    assert "not on the screen" in await window.refused("press", custom_id="a", **elsewhere)


async def test_every_kind_of_select_is_chosen_in(
    look: Look, raw: RawBot, bo: Person, street: Street, paintings: Channel
) -> None:
    window = await look()
    painters = street.world.guild.roles[-1]
    kinds: dict[int, tuple[list[Any], list[str]]] = {
        3: (["one", "two"], ["one", "two"]),
        5: ([{"user": str(bo.id)}], [str(bo.id)]),
        6: ([{"role": str(painters.id)}], [str(painters.id)]),
        7: ([{"role": str(painters.id)}, {"user": str(bo.id)}], [str(painters.id), str(bo.id)]),
        8: ([{"channel": str(paintings.id)}], [str(paintings.id)]),
    }
    menus = [{"type": kind, "custom_id": f"s{kind}", "min_values": 0, "max_values": 2} for kind in kinds]
    menus[0]["options"] = [option("one"), option("two")]
    body = {"content": "card", "components": [row(menu) for menu in menus]}
    message = (await post(raw, paintings, body)).body["id"]
    given = {"channel": str(paintings.id), "message": message}
    for kind, (values, sent) in kinds.items():
        asking = window.ask("choose", custom_id=f"s{kind}", values=values, **given)
        done = await met(asking, raw, kind=6)
        assert (done.event["data"]["component_type"], done.event["data"]["values"]) == (kind, sent)
    nothing = await met(window.ask("choose", custom_id="s5", values=[], **given), raw, kind=6)
    assert nothing.event["data"]["values"] == []
    twice = await window.refused("choose", custom_id="s3", values=["one", "one"], **given)
    assert twice == "Select: the same was chosen twice."
    assert "0 to 2" in await window.refused("choose", custom_id="s3", values=["one"] * 3, **given)
    assert "not among" in await window.refused("choose", custom_id="s3", values=["three"], **given)
    role = [{"role": str(painters.id)}]
    assert "not among" in await window.refused("choose", custom_id="s3", values=role, **given)


async def test_menus_of_messages_and_people(
    look: Look, raw: RawBot, ada: Person, bo: Person, paintings: Channel
) -> None:
    await raw.registers({"name": "Use it", "type": 3}, {"name": "Who is it", "type": 2})
    window = await look(ada)
    place = str(paintings.id)
    message = (await window.ask("say", channel=place, content="look"))["message"]
    on_message = window.ask("menu", channel=place, command="Use it", message=message)
    done = await met(on_message, raw, data={"content": "used"})
    assert done.event["data"]["resolved"]["messages"][message]["content"] == "look"
    assert (await window.sees("used"))["message"]["page"]["asked"]["name"] == "Use it"
    on_person = window.ask("menu", channel=place, command="Who is it", user=str(bo.id))
    done = await met(on_person, raw, data={"content": "Bo"})
    assert done.event["data"]["target_id"] == str(bo.id)
    for wrong in ({}, {"message": message, "user": str(bo.id)}):
        assert "one message or one person" in await window.refused(
            "menu", channel=place, command="Use it", **wrong
        )
    assert "not registered" in await window.refused("menu", channel=place, command="Use it", user=str(bo.id))


FORM: Json = {
    "custom_id": "form",
    "title": "A form",
    "components": [
        label("Words", {"type": 4, "custom_id": "words", "style": 2, "value": "as it was"}),
        label("Pictures", {"type": 19, "custom_id": "files", "min_values": 1, "max_values": 3}),
        label("One", {"type": 21, "custom_id": "one", "options": [option("a"), option("b")]}),
        label("Some", {"type": 22, "custom_id": "some", "required": False, "options": [option("c"), option("d")]}),
        label("Sure", {"type": 23, "custom_id": "sure"}),
    ],
}  # fmt: skip


async def opened(look: Look, raw: RawBot, person: Person, place: Channel, form: Json) -> tuple[Any, str]:
    """A window in which a command opened a form; the form's interaction."""
    await raw.registers({"name": "go"})
    window = await look(person)
    done = await met(window.ask("run", channel=str(place.id), command="/go"), raw, kind=9, data=form)
    assert done.ok["answer"] == "modal"
    assert done.ok["modal"] == form
    return window, done.ok["interaction"]


def sent(event: Json) -> dict[str, Any]:
    inner = [each["component"] for each in event["data"]["components"]]
    return {each["custom_id"]: each["value"] if "value" in each else each["values"] for each in inner}


async def test_a_form_is_submitted_with_files_and_everything(
    look: Look, raw: RawBot, ada: Person, paintings: Channel
) -> None:
    window, form = await opened(look, raw, ada, paintings, FORM)
    words = [await window.puts(f"{n}.png", picture()) for n in (1, 2)]
    fields = {"files": [{"file": each} for each in words], "one": "b", "some": ["c", "d"], "sure": True}
    submit = window.ask("submit", interaction=form, fields=fields)
    done = await met(submit, raw, data={"content": "thanks"})
    got = sent(done.event)
    assert list(done.event["data"]["resolved"]["attachments"]) == got.pop("files")
    assert got == {"words": "as it was", "one": "b", "some": ["c", "d"], "sure": True}
    assert (await window.sees("thanks"))["message"]["page"]["asked"]["name"] == "/go"
    assert (
        await window.refused("submit", interaction=form, fields=fields) == "This form was submitted already."
    )


async def test_a_field_in_which_nothing_was_chosen_is_empty_and_one_that_is_not_named_is_as_it_was(
    look: Look, raw: RawBot, ada: Person, paintings: Channel
) -> None:
    chosen = [option("c"), option("d") | {"default": True}]
    form = FORM | {
        "components": [
            label("Words", {"type": 4, "custom_id": "words", "style": 1, "value": "old", "required": False}),
            label("Menu", {"type": 3, "custom_id": "menu", "required": False, "options": chosen}),
            label("Some", {"type": 22, "custom_id": "some", "required": False, "options": chosen}),
            label("One", {"type": 21, "custom_id": "one", "required": False, "options": chosen}),
            label("Files", {"type": 19, "custom_id": "files", "required": False}),
        ]
    }
    window, number = await opened(look, raw, ada, paintings, form)
    empty = {"words": None, "menu": [], "some": None, "one": None, "files": None}
    done = await met(window.ask("submit", interaction=number, fields=empty), raw, data={"content": "x"})
    assert sent(done.event) == {"words": "", "menu": [], "some": [], "one": None, "files": []}
    window, number = await opened(look, raw, ada, paintings, form)
    done = await met(window.ask("submit", interaction=number), raw, data={"content": "x"})
    assert sent(done.event) == {"words": "old", "menu": ["d"], "some": ["d"], "one": "d", "files": []}


async def test_people_roles_and_channels_are_chosen_in_forms(
    look: Look, raw: RawBot, ada: Person, bo: Person, street: Street, paintings: Channel
) -> None:
    painters = street.world.guild.roles[-1]
    held = [{"type": "user", "id": str(bo.id)}]
    form = {
        "custom_id": "f",
        "title": "t",
        "components": [
            label("User", {"type": 5, "custom_id": "user", "default_values": held}),
            label("Role", {"type": 6, "custom_id": "role"}),
            label("Anyone", {"type": 7, "custom_id": "any"}),
            label("Channel", {"type": 8, "custom_id": "channel", "channel_types": [0]}),
        ],
    }
    window, number = await opened(look, raw, ada, paintings, form)
    fields: Json = {
        "role": [{"role": str(painters.id)}],
        "any": {"user": str(ada.id)},
        "channel": {"channel": str(paintings.id)},
    }
    thread = next(each for each in street.world.guild.channels.values() if each.type == 11)
    wrong = fields | {"channel": {"channel": str(thread.id)}}
    refused = await window.refused("submit", interaction=number, fields=wrong)
    assert refused == "Channel: this kind of channel is not offered."
    done = await met(window.ask("submit", interaction=number, fields=fields), raw, data={"content": "x"})
    assert sent(done.event) == {
        "user": [str(bo.id)],
        "role": [str(painters.id)],
        "any": [str(ada.id)],
        "channel": [str(paintings.id)],
    }
    assert set(done.event["data"]["resolved"]) == {"users", "members", "roles", "channels"}


async def test_a_form_that_is_not_answered_stays_with_its_files(
    look: Look, raw: RawBot, ada: Person, street: Street, paintings: Channel
) -> None:
    window, form = await opened(look, raw, ada, paintings, FORM)
    fields = {"files": [{"file": await window.puts("1.png", picture())}], "one": "a"}
    submitting = asyncio.create_task(window.ask("submit", interaction=form, fields=fields))
    await raw.interaction()
    assert "already" in await window.refused("submit", interaction=form, fields=fields)
    street.world.clock.advance(4)
    assert (await submitting)["failed"] is True
    again = await met(window.ask("submit", interaction=form, fields=fields), raw, data={"content": "x"})
    assert again.ok["failed"] is False


async def test_a_form_is_its_persons_and_takes_what_fits(
    look: Look, raw: RawBot, ada: Person, bo: Person, street: Street, paintings: Channel
) -> None:
    window, form = await opened(look, raw, ada, paintings, FORM)
    other = await look(bo)
    gone = "This form is not on the screen any more."
    assert await other.refused("submit", interaction=form) == gone
    assert await window.refused("submit", interaction="1") == gone
    word = {"file": await window.puts("1.png", picture())}
    several = await window.refused("submit", interaction=form, fields={"files": [word], "one": ["a", "b"]})
    assert several == "One: one must be chosen."
    unsure = await window.refused(
        "submit", interaction=form, fields={"files": [word], "one": "a", "sure": "no"}
    )
    assert unsure == "Sure: 'no' is neither yes nor no."
    assert street.discord.world.uploads == {}
    missing = await window.refused("submit", interaction=form, fields={"one": "a"})
    assert missing == "Pictures: 0 chosen, not 1 to 3."
    unknown = await window.refused("submit", interaction=form, fields={"other": 1, "one": "a"})
    assert unknown.startswith("Pictures") or unknown == "The modal has no field 'other'."


async def test_a_command_in_a_group_answers_through_the_persons_own_app(
    look: Look, raw: RawBot, cy: Person, ada: Person
) -> None:
    await raw.registers({"name": "go"})
    window, other = await look(cy), await look(ada)
    group = next(each["id"] for each in window.world["private"] if each["type"] == 3)
    done = await met(window.ask("run", channel=group, command="/go"), raw, data={"content": "hello"})
    assert done.event["authorizing_integration_owners"] == {"1": str(cy.id)}
    assert (await other.sees("hello"))["message"]["page"]["asked"]["user"] == str(cy.id)
