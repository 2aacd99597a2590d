"""What a select menu offers, holds and asks for; finding in it; where its list goes."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.browser.logic.modules import Modules

Json = dict[str, Any]

STRING, USER, ROLE, MENTIONABLE, CHANNEL = 3, 5, 6, 7, 8

NOW: Final[Json] = {
    "world": {"me": "1", "app": {"id": "9"}, "everyone": {"1": "Ada", "2": "Bo", "9": "Easel"}}
}
GUILD: Final[Json] = {
    "members": [{"id": "1", "name": "Ada", "bot": False}, {"id": "9", "name": "Easel", "bot": True}],
    "roles": [{"id": "4", "name": "Managers"}],
    "channels": [{"id": "5", "name": "general", "type": 0}, {"id": "6", "name": "a thread", "type": 11}],
}
IN_GUILD: Final = {"channel": GUILD["channels"][0], "guild": GUILD}
IN_PRIVATE: Final = {"channel": {"id": "7", "type": 3, "recipients": ["2", "9"]}, "guild": None}


def options(*labels: str, chosen: tuple[str, ...] = ()) -> list[Json]:
    return [{"value": each.lower(), "label": each, "default": each in chosen} for each in labels]


def choices(*labels: str) -> list[Json]:
    return [{"key": each, "label": each} for each in labels]


def keys(found: list[Json]) -> list[str]:
    return [each["key"] for each in found]


# --- what it offers and holds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("component", "place", "offered"),
    [
        ({"type": STRING, "options": options("Cat", "Dog")}, IN_GUILD, ["option:cat", "option:dog"]),
        ({"type": STRING}, None, []),
        ({"type": USER}, IN_GUILD, ["user:1", "user:9"]),
        ({"type": USER}, IN_PRIVATE, ["user:2", "user:9", "user:1"]),
        ({"type": ROLE}, IN_GUILD, ["role:4"]),
        ({"type": ROLE}, IN_PRIVATE, []),
        ({"type": MENTIONABLE}, IN_GUILD, ["user:1", "user:9", "role:4"]),
        ({"type": CHANNEL}, IN_GUILD, ["channel:5", "channel:6"]),
        ({"type": CHANNEL, "channel_types": [11]}, IN_GUILD, ["channel:6"]),
        ({"type": CHANNEL}, IN_PRIVATE, []),
        ({"type": USER}, None, []),
    ],
)
async def test_a_menu_offers_its_options_or_who_and_what_is_in_the_place(
    modules: Modules, component: Json, place: Json | None, offered: list[str]
) -> None:
    assert keys(await modules.call("select-choices.choicesOf", component, place, NOW)) == offered


async def test_a_choice_is_sent_as_the_socket_carries_it(modules: Modules) -> None:
    for component, values in (
        ({"type": STRING, "options": options("Cat")}, ["cat"]),
        ({"type": MENTIONABLE}, [{"user": "1"}, {"user": "9"}, {"role": "4"}]),
        ({"type": CHANNEL}, [{"channel": "5"}, {"channel": "6"}]),
    ):
        offered = await modules.call("select-choices.choicesOf", component, IN_GUILD, NOW)
        assert [each["value"] for each in offered] == values


async def test_a_choice_shows_what_its_option_says_of_itself(modules: Modules) -> None:
    option = {"value": "k3", "label": "My cat", "description": "Ready", "emoji": {"name": "🐈"}}
    [choice] = await modules.call(
        "select-choices.choicesOf", {"type": STRING, "options": [option]}, IN_GUILD, NOW
    )
    assert choice == {**option, "key": "option:k3", "kind": "option"}
    people = await modules.call("select-choices.choicesOf", {"type": USER}, IN_PRIVATE, NOW)
    assert [(each["label"], each["bot"]) for each in people] == [
        ("Bo", False),
        ("Easel", True),
        ("Ada", False),
    ]
    places = await modules.call("select-choices.choicesOf", {"type": CHANNEL}, IN_GUILD, NOW)
    assert [(each["label"], each["kind"]) for each in places] == [
        ("general", "channel"),
        ("a thread", "thread"),
    ]


@pytest.mark.parametrize(
    ("component", "held"),
    [
        ({"type": STRING, "options": options("Cat", "Dog")}, []),
        ({"type": STRING, "options": options("Cat", "Dog", chosen=("Dog",))}, ["dog"]),
        ({"type": USER, "default_values": [{"id": "9", "type": "user"}]}, [{"user": "9"}]),
        ({"type": USER, "default_values": [{"id": "404", "type": "user"}]}, [{"user": "404"}]),
        (
            {
                "type": MENTIONABLE,
                "default_values": [{"id": "4", "type": "role"}, {"id": "1", "type": "user"}],
            },
            [{"role": "4"}, {"user": "1"}],
        ),
        ({"type": CHANNEL, "default_values": [{"id": "404", "type": "channel"}]}, [{"channel": "404"}]),
    ],
)
async def test_a_menu_holds_at_first_what_it_was_written_with(
    modules: Modules, component: Json, held: list[Any]
) -> None:
    assert await modules.call("select-choices.valuesAtFirst", component, IN_GUILD, NOW) == held


async def test_what_a_menu_holds_is_named_even_where_it_is_not_offered(modules: Modules) -> None:
    written = [{"id": "2", "type": "user"}, {"id": "404", "type": "role"}]
    component = {"type": MENTIONABLE, "default_values": written}
    held = await modules.call("select-choices.chosenAtFirst", component, [], NOW)
    assert [each["label"] for each in held] == ["Bo", "unknown role"]


# --- how many --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("component", "form", "bounds"),
    [
        ({}, False, (1, 1, 1)),
        ({"min_values": 0, "max_values": 3}, False, (0, 0, 3)),
        ({"min_values": 2, "max_values": 3, "required": False}, False, (2, 2, 3)),
        ({"min_values": 2, "max_values": 3, "required": False}, True, (0, 2, 3)),
        ({"required": True}, True, (1, 1, 1)),
    ],
)
async def test_only_in_a_form_may_a_menu_be_left_empty_because_it_is_not_required(
    modules: Modules, component: Json, form: bool, bounds: tuple[int, int, int]
) -> None:
    found = await modules.call("select-choices.boundsOf", component, {"form": form})
    assert (found["least"], found["some"], found["most"]) == bounds


@pytest.mark.parametrize(
    ("bounds", "enough"),
    [((1, 1, 1), [1]), ((0, 0, 2), [0, 1, 2]), ((2, 2, 3), [2, 3]), ((0, 2, 3), [0, 2, 3])],
)
async def test_so_many_may_stay_chosen(
    modules: Modules, bounds: tuple[int, int, int], enough: list[int]
) -> None:
    given = dict(zip(("least", "some", "most"), bounds, strict=True))
    assert [n for n in range(5) if await modules.call("select-choices.isEnough", n, given)] == enough


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ((1, 1, 3), "Select up to 3"),
        ((0, 0, 3), "Select up to 3"),
        ((2, 2, 3), "Select 2 to 3"),
        ((0, 2, 3), "Select 2 to 3"),
        ((3, 3, 3), "Select 3"),
    ],
)
async def test_a_menu_asks_for_as_many(modules: Modules, bounds: tuple[int, int, int], words: str) -> None:
    given = dict(zip(("least", "some", "most"), bounds, strict=True))
    assert await modules.call("select-choices.rule", given) == words


@pytest.mark.parametrize(
    ("chosen", "choice", "bounds", "after"),
    [
        ([], "a", (1, 1), ["a"]),
        (["a"], "b", (1, 1), ["b"]),
        (["a"], "a", (1, 1), ["a"]),
        (["a"], "a", (0, 1), []),
        (["a"], "b", (1, 2), ["a", "b"]),
        (["a", "b"], "c", (1, 2), ["a", "b"]),
        (["a", "b"], "a", (1, 2), ["b"]),
        (["a"], "a", (1, 2), []),
    ],
)
async def test_a_press_chooses_or_takes_back_within_the_bounds(
    modules: Modules, chosen: list[str], choice: str, bounds: tuple[int, int], after: list[str]
) -> None:
    given = {"least": bounds[0], "most": bounds[1]}
    found = await modules.call("select-choices.toggled", choices(*chosen), *choices(choice), given)
    assert keys(found) == after


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("ab", "ba", True), ("", "", True), ("a", "ab", False), ("ab", "ac", False)],
)
async def test_what_is_chosen_is_the_same_in_any_order(
    modules: Modules, one: str, other: str, same: bool
) -> None:
    assert await modules.call("select-choices.same", choices(*one), choices(*other)) is same


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Zoë", "Managers", "@everyone", "Ada"]),
        ("   ", ["Zoë", "Managers", "@everyone", "Ada"]),
        ("a", ["Ada", "Managers"]),
        ("@ad", ["Ada"]),
        ("@ ad", ["Ada"]),
        ("everyone", ["@everyone"]),
        ("@everyone", ["@everyone"]),
        ("ZOE", ["Zoë"]),
        ("zoë", ["Zoë"]),
        ("nobody", []),
    ],
)
async def test_a_search_finds_names_whatever_their_case_and_accents(
    modules: Modules, text: str, found: list[str]
) -> None:
    listed = choices("Zoë", "Managers", "@everyone", "Ada")
    assert keys(await modules.call("select-choices.matching", listed, text)) == found


@pytest.mark.parametrize(
    ("start", "typed", "at"),
    [
        (-1, "c", 0),
        (0, "c", 1),
        (1, "c", 4),
        (4, "c", 0),
        (0, "cc", 1),
        (0, "cat", 0),
        (0, "cor", 4),
        (3, "d", 2),
        (2, "x", 2),
        (0, "e", 3),
        (0, "É", 3),
        (-1, "sea c", -1),
        (-1, "🎨", -1),
    ],
)
async def test_typing_leads_to_the_next_choice_that_begins_so(
    modules: Modules, start: int, typed: str, at: int
) -> None:
    listed = choices("Cat", "Camel", "Dog", "Élan", "Cormorant")
    assert await modules.call("select-choices.jump", listed, start, typed) == at


async def test_typing_leads_nowhere_where_there_is_nothing(modules: Modules) -> None:
    assert await modules.call("select-choices.jump", [], 0, "a") == 0


# --- where its list goes ---------------------------------------------------------------------------------------------

VIEW: Final = {"width": 1280, "height": 800}


@pytest.mark.parametrize(
    ("top", "tall", "up", "height"),
    [(100, 200, False, 320), (700, 200, True, 320), (500, 200, False, 248), (380, 600, False, 320)],
)
async def test_a_list_goes_below_its_box_or_above_where_there_is_more_room(
    modules: Modules, top: int, tall: int, up: bool, height: int
) -> None:
    box = {"left": 300, "top": top, "bottom": top + 40, "width": 400}
    found = await modules.call("select-choices.placed", box, tall, VIEW)
    edge = {"bottom": 800 - top + 4} if up else {"top": top + 44}
    assert found == {"left": 300, "width": 400, "maxHeight": height, **edge}


@pytest.mark.parametrize(
    ("left", "width", "view", "placed"),
    [
        (1200, 100, 1280, (1032, 240)),
        (-50, 400, 1280, (8, 400)),
        (10, 380, 390, (8, 374)),
        (100, 50, 390, (100, 240)),
    ],
)
async def test_a_list_never_leaves_the_window(
    modules: Modules, left: int, width: int, view: int, placed: tuple[int, int]
) -> None:
    box = {"left": left, "top": 100, "bottom": 140, "width": width}
    found = await modules.call("select-choices.placed", box, 200, {"width": view, "height": 800})
    assert (found["left"], found["width"]) == placed
