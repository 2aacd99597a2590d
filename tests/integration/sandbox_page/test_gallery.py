"""The gallery shows every kind of component that discord.py can send, and nothing that Discord would not take."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

import aiohttp
import discord
import pytest
from discord import ui

from bot.sandbox.discord import DiscordServer
from bot.sandbox.page.gallery import Gallery
from tests.openapi import the_judge

Json = dict[str, Any]

EXCLUDED: Final = {
    ui.Item: "the base of all others",
    ui.DynamicItem: "a wrapper by which discord.py finds a component again; Discord never sees it",
}
EXAMPLES: Final[dict[type[Any], Callable[[], Any]]] = {
    ui.ActionRow: ui.ActionRow,
    ui.Button: ui.Button,
    ui.Select: ui.Select,
    ui.UserSelect: ui.UserSelect,
    ui.RoleSelect: ui.RoleSelect,
    ui.MentionableSelect: ui.MentionableSelect,
    ui.ChannelSelect: ui.ChannelSelect,
    ui.TextInput: lambda: ui.TextInput(label="A name"),
    ui.Container: ui.Container,
    ui.File: lambda: ui.File("attachment://notes.txt"),
    ui.MediaGallery: ui.MediaGallery,
    ui.Section: lambda: ui.Section(accessory=ui.Button()),
    ui.Separator: ui.Separator,
    ui.TextDisplay: lambda: ui.TextDisplay("A text."),
    ui.Thumbnail: lambda: ui.Thumbnail("attachment://cat.png"),
    ui.Label: lambda: ui.Label(text="A name", component=ui.TextInput()),
    ui.FileUpload: ui.FileUpload,
    ui.RadioGroup: ui.RadioGroup,
    ui.CheckboxGroup: ui.CheckboxGroup,
    ui.Checkbox: ui.Checkbox,
}
IN_FORMS_ONLY: Final = {
    discord.ComponentType.text_input,
    discord.ComponentType.label,
    discord.ComponentType.file_upload,
    discord.ComponentType.radio_group,
    discord.ComponentType.checkbox_group,
    discord.ComponentType.checkbox,
}

WHOLE: Final = {
    *("title", "url", "description", "color", "timestamp"),
    *("author", "footer", "image", "thumbnail", "fields"),
}
"""The parts of an embed."""


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
async def told(server: DiscordServer) -> Json:
    return await Gallery(server.world).told()


def messages(told: Json) -> list[Json]:
    return [piece["message"] for section in told["sections"] for piece in section["messages"]]


def modals(told: Json) -> list[Json]:
    return [form["modal"] for section in told["sections"] for form in section["forms"]]


def walk(value: Any) -> Iterator[Json]:
    """Every object below, components among them."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    if isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def parts(told: Json) -> list[Json]:
    """Every component of messages and forms."""
    trees = [each["components"] for each in (*messages(told), *modals(told))]
    return [each for each in walk(trees) if isinstance(each.get("type"), int)]


def of(told: Json, kind: discord.ComponentType) -> list[Json]:
    return [each for each in parts(told) if each["type"] == kind.value]


# --- nothing is missing -----------------------------------------------------------------------------------------


async def test_every_type_of_component_hangs_in_it(told: Json) -> None:
    assert {each["type"] for each in parts(told)} >= {kind.value for kind in discord.ComponentType}


async def test_every_item_that_the_library_can_send_hangs_in_it(told: Json) -> None:
    known = {each for each in vars(ui).values() if isinstance(each, type) and issubclass(each, ui.Item)}
    assert known == EXAMPLES.keys() | EXCLUDED.keys()
    seen = {each["type"] for each in parts(told)}
    assert [kind for kind, example in EXAMPLES.items() if example().type.value not in seen] == []


async def test_every_component_of_a_form_hangs_in_a_form_and_every_other_in_a_message(told: Json) -> None:
    in_messages = {
        each["type"] for each in walk([message["components"] for message in messages(told)]) if "type" in each
    }
    in_forms = {each["type"] for each in walk(modals(told)) if "type" in each}
    assert {kind.value for kind in discord.ComponentType} - in_messages == {
        kind.value for kind in IN_FORMS_ONLY
    }
    assert in_forms >= {kind.value for kind in IN_FORMS_ONLY}
    labelled = {each["component"]["type"] for each in walk(modals(told)) if each.get("type") == 18}
    assert labelled == {3, 4, 5, 6, 7, 8, 19, 21, 22, 23}


async def test_every_style_of_button_hangs_in_it_for_use_and_disabled(told: Json) -> None:
    buttons = of(told, discord.ComponentType.button)
    for disabled in (True, False):
        styles = {each["style"] for each in buttons if each["disabled"] is disabled}
        assert styles == {style.value for style in discord.ButtonStyle}
    assert any(not each.get("label") and each.get("emoji") for each in buttons)


async def test_every_separator_hangs_in_it(told: Json) -> None:
    seen = {(each["spacing"], each["divider"]) for each in of(told, discord.ComponentType.separator)}
    assert seen == {
        (spacing.value, divider) for spacing in discord.SeparatorSpacing for divider in (True, False)
    }


async def test_both_styles_of_text_input_hang_in_it(told: Json) -> None:
    seen = {each["style"] for each in of(told, discord.ComponentType.text_input)}
    assert seen == {style.value for style in discord.TextStyle}


async def test_menus_hang_in_it_with_one_choice_and_several_with_defaults_and_disabled(told: Json) -> None:
    menus = [each for each in parts(told) if each["type"] in (3, 5, 6, 7, 8)]
    for kind in (5, 6, 7, 8):
        assert any(each.get("default_values") for each in menus if each["type"] == kind)
    assert {value["type"] for each in menus for value in each.get("default_values", [])} == {
        "user",
        "role",
        "channel",
    }
    options = [each["options"] for each in menus if each["type"] == 3]
    assert any(option.get("default") for each in options for option in each)
    assert max(map(len, options)) == 25
    assert any(len(option["label"]) == 100 for each in options for option in each)
    assert any(each.get("disabled") for each in menus)
    assert any(each.get("max_values", 1) > 1 for each in menus)
    assert any(each.get("min_values") == 0 for each in menus)


async def test_one_to_ten_pictures_hang_in_it_attached_and_as_a_component(told: Json) -> None:
    attached = {len(each["attachments"]) for each in messages(told) if not each["flags"] & 1 << 15}
    hung = {len(each["items"]) for each in of(told, discord.ComponentType.media_gallery)}
    assert attached >= set(range(11))
    assert hung >= set(range(1, 11))


async def test_spoilers_of_every_kind_hang_in_it(told: Json) -> None:
    names = [file["filename"] for each in messages(told) for file in each["attachments"]]
    assert any(name.startswith("SPOILER_") for name in names)
    for kind in ("thumbnail", "file", "container"):
        assert any(each["spoiler"] for each in of(told, discord.ComponentType[kind]))
    items = [item for each in of(told, discord.ComponentType.media_gallery) for item in each["items"]]
    assert any(item["spoiler"] for item in items)


async def test_the_most_that_fits_hangs_in_it(told: Json) -> None:
    trees = [message["components"] for message in messages(told)]
    counts = [sum("type" in each for each in walk(tree)) for tree in trees]
    texts = [sum(len(each["content"]) for each in walk(tree) if each.get("type") == 10) for tree in trees]
    assert max(counts) == 40
    assert max(texts) == 4000
    assert max(len(message["content"]) for message in messages(told)) == 2000


async def test_all_that_may_become_of_a_message_hangs_in_it(told: Json) -> None:
    every = messages(told)
    pieces = [piece for section in told["sections"] for piece in section["messages"]]
    assert any(each["edited_timestamp"] for each in every)
    assert any(each["flags"] & 1 << 6 for each in every)
    assert any(each["flags"] & 1 << 7 for each in every)
    assert any(each["page"]["stale"] for each in every)
    assert any(each["page"]["asked"] for each in every)
    assert any(each.get("referenced_message") for each in every)
    assert any(each.get("referenced_message", ...) is None for each in every)
    assert any(each["mention_everyone"] for each in every)
    assert any(each["mentions"] for each in every)
    assert any(piece["failure"] for piece in pieces)
    assert any(piece["busy"] for piece in pieces)
    assert any(piece["grouped"] for piece in pieces)
    embeds = [set(each) for message in every for each in message["embeds"]]
    assert any(each >= WHOLE for each in embeds)


# --- nothing is wrong -------------------------------------------------------------------------------------------


async def test_sections_and_forms_have_names_of_their_own(told: Json) -> None:
    sections = [section["id"] for section in told["sections"]]
    forms = [form["name"] for section in told["sections"] for form in section["forms"]]
    assert len(set(sections)) == len(sections)
    assert len(set(forms)) == len(forms)
    assert all(section["title"] and section["about"].endswith(".") for section in told["sections"])
    assert all(section["messages"] or section["forms"] for section in told["sections"])


async def test_every_picture_and_paper_can_be_fetched(told: Json) -> None:
    links = {
        each["url"] for each in walk(messages(told)) if str(each.get("url")).startswith(told["world"]["cdn"])
    }
    assert len(links) > 100
    async with aiohttp.ClientSession() as session:
        for link in links:
            async with session.get(link) as response:
                assert response.status == 200


async def test_links_are_fresh_at_every_look_and_nothing_else_changes(server: DiscordServer) -> None:
    gallery = Gallery(server.world)
    first = await gallery.told()
    server.clock.advance(25 * 3600)
    second = await gallery.told()
    assert [each["id"] for each in messages(first)] == [each["id"] for each in messages(second)]
    link = next(each["url"] for each in walk(messages(second)) if "/attachments/" in str(each.get("url")))
    async with aiohttp.ClientSession() as session, session.get(link) as response:
        assert response.status == 200


async def test_nobody_of_the_running_world_meets_it(server: DiscordServer) -> None:
    heard: list[str] = []
    server.world.listeners.append(lambda kind, subject: heard.append(kind))
    people = dict(server.world.users)
    await Gallery(server.world).told()
    assert heard == []
    assert server.world.users == people
    assert list(server.world.channels()) == []


async def test_every_message_is_as_the_official_description_says(told: Json) -> None:
    judge = the_judge()
    nothing = {"query": {}, "content_type": None, "body": None, "files": []}
    exchanges = [
        nothing
        | {"method": "GET", "path": "/api/v10/channels/1/messages/2", "status": 200, "response": message}
        for message in ({key: each[key] for key in each if key != "page"} for each in messages(told))
    ]
    assert judge.check(exchanges) == []


async def test_every_form_is_as_the_official_description_says(told: Json) -> None:
    judge = the_judge()
    callback = {"method": "POST", "path": "/api/v10/interactions/1/token/callback", "query": {}, "files": []}
    answered = {"content_type": "application/json", "status": 204, "response": None}
    exchanges = [callback | answered | {"body": {"type": 9, "data": modal}} for modal in modals(told)]
    assert judge.check(exchanges) == []
