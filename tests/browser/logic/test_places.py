"""Places and people: how they are named and listed, how they are found, and where a menu of theirs goes."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.browser.logic.modules import Modules

Json = dict[str, Any]

GENERAL: Final[Json] = {"id": "2", "type": 0, "name": "general", "nsfw": False, "recipients": []}
THREAD: Final[Json] = {"id": "3", "type": 11, "name": "A cat", "parent": "2", "recipients": []}
ORPHAN: Final[Json] = {**THREAD, "id": "4", "parent": "404"}
DM: Final[Json] = {"id": "5", "type": 1, "name": "Easel", "recipients": ["9"]}
FRIEND: Final[Json] = {"id": "6", "type": 1, "name": "Bo", "recipients": ["8"]}
GROUP: Final[Json] = {"id": "7", "type": 3, "name": "Sunday painters", "recipients": ["8", "10", "9"]}
GUILD: Final[Json] = {
    "id": "1",
    "name": "The Atelier",
    "bot": True,
    "channels": [GENERAL, THREAD, ORPHAN],
    "members": [
        {"id": "9", "name": "Easel", "bot": True, "online": False},
        {"id": "11", "name": "Ada", "bot": False, "online": True},
    ],
}
WORLD: Final[Json] = {
    "me": "11",
    "app": {"id": "9", "name": "Easel", "online": False},
    "everyone": {"8": "Bo", "9": "Easel", "10": "Cy", "11": "Ada"},
    "people": [
        {"id": "11", "name": "Ada", "about": "a member"},
        {"id": "8", "name": "Bo", "about": "the manager"},
    ],
    "guilds": [GUILD],
    "private": [DM, FRIEND, GROUP],
}


def now(**more: Any) -> Json:
    return {"world": WORLD, "place": None, "visited": [], "unread": {}, **more}


def within(channel: Json) -> Json:
    return {"channel": channel, "guild": GUILD if channel in GUILD["channels"] else None}


# --- what they are ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "name", "sign"),
    [
        (GENERAL, "#general", "hash"),
        (THREAD, "A cat", "thread"),
        (DM, "@Easel", "at"),
        (GROUP, "Sunday painters", "people"),
    ],
)
async def test_a_place_has_a_name_and_a_sign_of_its_kind(
    modules: Modules, channel: Json, name: str, sign: str
) -> None:
    assert await modules.call("kinds.placeName", channel) == name
    assert await modules.call("kinds.signOf", channel["type"]) == sign


@pytest.mark.parametrize(
    ("channel", "hint"),
    [
        (GENERAL, "Easel is a member of The Atelier"),
        ({**GENERAL, "nsfw": True}, "Age-restricted · Easel is a member of The Atelier"),
        ({**GENERAL, "nsfw": True, "topic": "For cats"}, "For cats"),
        (THREAD, "A thread of #general"),
        (ORPHAN, "A thread"),
        (DM, "Only you two can see this"),
        (FRIEND, "You and Bo"),
        (GROUP, "Bo, Cy, Easel and you"),
    ],
)
async def test_a_place_says_what_it_is(modules: Modules, channel: Json, hint: str) -> None:
    assert await modules.call("header.hintOf", {"channel": channel, "guild": GUILD}, now()) == hint


@pytest.mark.parametrize(
    ("channel", "title", "words"),
    [
        (GENERAL, "Welcome to #general!", "This is the beginning of #general in The Atelier."),
        (THREAD, "A cat", "This is the beginning of the thread A cat of #general."),
        (ORPHAN, "A cat", "This is the beginning of the thread A cat."),
        (DM, "Easel", "This is the beginning of your private messages with Easel."),
        (GROUP, "Sunday painters", "This is the beginning of your group with Bo, Cy and Easel."),
    ],
)
async def test_a_conversation_begins_with_what_place_it_is(
    modules: Modules, channel: Json, title: str, words: str
) -> None:
    assert await modules.call("shell-welcome.begins", within(channel), now()) == f"{title}\n{words}"


@pytest.mark.parametrize(
    ("more", "title"),
    [
        ({}, "Easel’s sandbox"),
        ({"place": "2"}, "#general · Easel’s sandbox"),
        ({"place": "5", "unread": {"2": 2, "3": 0, "7": 1}}, "(3) @Easel · Easel’s sandbox"),
        ({"place": "404"}, "Easel’s sandbox"),
    ],
)
async def test_the_window_is_named_by_the_place_and_what_is_unread(
    modules: Modules, more: Json, title: str
) -> None:
    assert await modules.call("app.titleOf", now(**more)) == title


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("The Atelier", "TA"),
        ("atelier", "a"),
        ("one two three four", "ott"),
        ("  spaced   out ", "so"),
        ("Cats & 🎨", "C&🎨"),
        ("🎨 🎨 🎨", "🎨🎨🎨"),
    ],
)
async def test_a_server_is_known_by_the_first_letters_of_its_words(
    modules: Modules, name: str, letters: str
) -> None:
    assert await modules.call("rail.initials", name) == letters


async def test_people_are_listed_by_name_with_who_is_there(modules: Modules) -> None:
    listed = await modules.call("members.membersOf", within(GENERAL), now())
    assert [(each["name"], each["online"]) for each in listed] == [("Ada", True), ("Easel", False)]
    listed = await modules.call("members.membersOf", within(GROUP), now())
    assert [(each["name"], each["online"], each["bot"]) for each in listed] == [
        ("Ada", True, False),
        ("Bo", True, False),
        ("Cy", True, False),
        ("Easel", False, True),
    ]


# --- places ----------------------------------------------------------------------------------------------------------


async def test_threads_stand_below_their_channels_and_alone_where_these_are_not_seen(
    modules: Modules,
) -> None:
    channels = [
        {"id": "1", "type": 11, "parent": "3"},
        {"id": "2", "type": 0},
        {"id": "3", "type": 0},
        {"id": "4", "type": 11, "parent": "404"},
        {"id": "5", "type": 11, "parent": "3"},
    ]
    rows = await modules.call("sidebar.nested", channels)
    assert [(row["channel"]["id"], [each["id"] for each in row["threads"]]) for row in rows] == [
        ("2", []),
        ("3", ["1", "5"]),
        ("4", []),
    ]


# --- finding them ----------------------------------------------------------------------------------------------------


async def test_one_goes_to_the_places_that_were_open_last_to_the_others_and_to_people(
    modules: Modules,
) -> None:
    script = "({ targets }, now) => targets(now).map(({ go, ...told }) => told)"
    told = await modules.run("shell-switcher", script, now(visited=["7", "3"], unread={"2": 4}))
    assert [each["name"] for each in told] == [
        "Sunday painters",
        "A cat",
        "general",
        "A cat",
        "Easel",
        "Bo",
        "Bo",
    ]
    assert [each["detail"] for each in told[2:]] == [
        "The Atelier",
        "The Atelier",
        "Private messages",
        "Private messages",
        "Look as Bo, the manager",
    ]
    assert [each["unread"] for each in told] == [0, 0, 4, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "sought", "how"),
    [
        ("general", "", 0),
        ("general", "gen", 0),
        ("general", "#gen", 0),
        ("general", " #GEN ", 0),
        ("my-paintings", "paint", 1),
        ("my_paintings", "paint", 1),
        ("A thread about cats", "about c", 2),
        ("general", "era", 2),
        ("general", "grl", 3),
        ("general", "lg", None),
        ("general", "generals", None),
        ("Café", "cafe", 0),
        ("Ada", "@ada", 0),
    ],
)
async def test_a_name_is_found_by_its_beginning_its_words_its_parts_or_its_letters(
    modules: Modules, name: str, sought: str, how: int | None
) -> None:
    assert await modules.call("shell-find.fit", name, sought) == how


async def test_what_fits_better_is_found_first_and_otherwise_the_order_stays(modules: Modules) -> None:
    names = ["old paintings", "a-p-t", "repaint", "paint", "paper", "other"]
    script = "({ found }, [names, sought]) => found(names, sought, (name) => name)"
    assert await modules.run("shell-find", script, [names, "pa"]) == [
        "paint",
        "paper",
        "old paintings",
        "repaint",
    ]
    assert await modules.run("shell-find", script, [names, "pt"]) == [
        "old paintings",
        "a-p-t",
        "repaint",
        "paint",
    ]
    assert await modules.run("shell-find", script, [names, ""]) == names


# --- menus -----------------------------------------------------------------------------------------------------------

SIZE: Final = {"width": 200, "height": 300}
SCREEN: Final = {"width": 1280, "height": 800}


@pytest.mark.parametrize(
    ("x", "y", "corner"),
    [
        (100, 100, (100, 100)),
        (1072, 492, (1072, 492)),
        (1073, 493, (873, 492)),
        (1279, 799, (1072, 492)),
        (0, 0, (8, 8)),
    ],
)
async def test_a_menu_opens_at_the_pointer_on_the_side_where_there_is_room(
    modules: Modules, x: int, y: int, corner: tuple[int, int]
) -> None:
    found = await modules.call("shell-menu.atPoint", x, y, SIZE, SCREEN)
    assert (found["left"], found["top"]) == corner


@pytest.mark.parametrize(
    ("left", "top", "corner"),
    [(100, 700, (100, 392)), (1200, 700, (1072, 392)), (0, 700, (8, 392)), (100, 50, (100, 8))],
)
async def test_a_menu_stands_above_what_opened_it_within_the_screen(
    modules: Modules, left: int, top: int, corner: tuple[int, int]
) -> None:
    found = await modules.call("shell-menu.above", {"left": left, "top": top}, SIZE, SCREEN)
    assert (found["left"], found["top"]) == corner
