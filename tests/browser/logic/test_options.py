"""Options of a command: what they take, what a typed text means, what is sent, what to fill next."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.browser.logic.modules import Modules

Json = dict[str, Any]

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)

ADA: Final = {"name": "Ada", "value": {"user": "1"}, "kind": "user"}
PLACE: Final[Json] = {
    "people": [{"id": "1", "name": "Ada", "bot": False}, {"id": "9", "name": "Easel", "bot": True}],
    "channels": [
        {"id": "2", "name": "general", "type": 0},
        {"id": "3", "name": "a thread", "type": 11},
    ],
    "roles": [{"id": "4", "name": "Managers"}],
}


def option(name: str, kind: int = STRING, **more: Any) -> Json:
    return {"name": name, "type": kind, **more}


def command(*options: Json) -> Json:
    return {"path": "/paint", "description": "", "app": "7", "options": list(options)}


TRAINING: Final = command(
    option("name", required=True),
    option("first", ATTACHMENT, required=True),
    option("second", ATTACHMENT),
    option("third", ATTACHMENT),
    option("steps", INTEGER, min_value=100, max_value=4000),
)

# --- what they take --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "typed", "left"),
    [
        (["name", "first"], "", ["second", "third", "steps"]),
        (["name", "first", "steps"], "", ["second", "third"]),
        ([], "s", ["second", "steps", "first"]),
        (["name"], " STEPS: ", ["steps"]),
        (["name"], "name", []),
        (["name", "first", "second", "third", "steps"], "", []),
    ],
)
async def test_options_that_are_not_put_yet_can_be_added_by_what_is_typed(
    modules: Modules, shown: list[str], typed: str, left: list[str]
) -> None:
    found = await modules.call("commands.addable", TRAINING, shown, typed)
    assert [each["name"] for each in found] == left


async def test_required_options_are_put_at_once(modules: Modules) -> None:
    assert await modules.call("commands.putAtOnce", TRAINING) == ["name", "first"]


async def test_a_command_that_was_registered_anew_keeps_the_options_it_still_has_and_shows_what_it_requires(
    modules: Modules,
) -> None:
    now = command(
        option("name", required=True), option("picture", ATTACHMENT, required=True), option("steps")
    )
    assert await modules.call("commands.stillShown", now, ["name", "first", "steps"]) == [
        "name",
        "steps",
        "picture",
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (option("a", min_length=1, max_length=32), "1 to 32 characters"),
        (option("a", min_length=0, max_length=32), "at most 32 characters"),
        (option("a", max_length=1), "at most 1 character"),
        (option("a", min_length=1), "at least 1 character"),
        (option("a", min_length=2), "at least 2 characters"),
        (option("a", min_length=4, max_length=4), "exactly 4 characters"),
        (option("a", min_length=1, max_length=1), "exactly 1 character"),
        (option("a"), ""),
        (option("a", INTEGER, min_value=0, max_value=10), "0 to 10"),
        (option("a", INTEGER, min_value=-5), "at least -5"),
        (option("a", NUMBER, max_value=0), "at most 0"),
        (option("a", NUMBER, min_value=0.5, max_value=2.5), "0.5 to 2.5"),
        (option("a", INTEGER, min_value=1, max_value=3, choices=[{"name": "one", "value": 1}]), ""),
        (option("a", BOOLEAN), ""),
        (option("a", ATTACHMENT), ""),
    ],
)
async def test_limits_of_an_option_are_said_in_words(modules: Modules, asked: Json, words: str) -> None:
    assert await modules.call("commands.limits", asked) == words


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (option("a", BOOLEAN), ["True", "False"]),
        (option("a", USER), ["Ada", "Easel"]),
        (option("a", ROLE), ["Managers"]),
        (option("a", MENTIONABLE), ["Ada", "Easel", "Managers"]),
        (option("a", CHANNEL), ["general", "a thread"]),
        (option("a", CHANNEL, channel_types=[0]), ["general"]),
        (option("a", CHANNEL, channel_types=[]), ["general", "a thread"]),
        (option("a", choices=[{"name": "Fast", "value": "f"}]), ["Fast"]),
        (option("a", autocomplete=True), []),
    ],
)
async def test_an_option_lists_all_that_it_can_hold(modules: Modules, asked: Json, names: list[str]) -> None:
    listed = await modules.call("commands.listOf", asked, PLACE)
    assert [each["name"] for each in listed] == names


async def test_what_is_listed_is_sent_as_the_socket_carries_it(modules: Modules) -> None:
    everybody = await modules.call("commands.listOf", option("a", MENTIONABLE), PLACE)
    assert [each["value"] for each in everybody] == [{"user": "1"}, {"user": "9"}, {"role": "4"}]
    channels = await modules.call("commands.listOf", option("a", CHANNEL), PLACE)
    assert [(each["value"], each["kind"]) for each in channels] == [
        ({"channel": "2"}, "channel"),
        ({"channel": "3"}, "thread"),
    ]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["Managers", "Ada", "Amanda"]),
        ("a", ["Ada", "Amanda", "Managers"]),
        ("@ada", ["Ada"]),
        ("@ ada", ["Ada"]),
        (" MAN ", ["Managers", "Amanda"]),
        ("x", []),
    ],
)
async def test_items_that_begin_with_what_is_typed_come_first(
    modules: Modules, typed: str, names: list[str]
) -> None:
    items = [{"name": name} for name in ("Managers", "Ada", "Amanda")]
    assert [each["name"] for each in await modules.call("commands.fitting", items, typed)] == names


# --- what a text means -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "text", "meant"),
    [
        (option("a"), "  a cat ", {"value": "a cat"}),
        (option("a"), " \n ", {}),
        (option("a", required=True), " \n ", {"wrong": "This option is required. Specify a value."}),
        (option("a", min_length=3), "ab", {"wrong": "Enter at least 3 characters; there are 2."}),
        (option("a", min_length=3), "a", {"wrong": "Enter at least 3 characters; there is 1."}),
        (option("a", max_length=1), "ab", {"wrong": "Enter at most 1 character; there are 2."}),
        (option("a", max_length=2), "🎨🎨", {"value": "🎨🎨"}),
        (option("a", max_length=2), "🎨🎨🎨", {"wrong": "Enter at most 2 characters; there are 3."}),
        (option("a"), "x" * 6001, {"wrong": "Enter at most 6000 characters; there are 6001."}),
        (option("a", INTEGER), "12", {"value": 12}),
        (option("a", INTEGER), " -3 ", {"value": -3}),
        (option("a", INTEGER), "+3", {"value": 3}),
        (option("a", INTEGER), "1.5", {"wrong": "Enter a whole number."}),
        (option("a", INTEGER), "1e3", {"wrong": "Enter a whole number."}),
        (option("a", INTEGER), "0x10", {"wrong": "Enter a whole number."}),
        (option("a", INTEGER), "many", {"wrong": "Enter a whole number."}),
        (option("a", INTEGER, min_value=1, max_value=9), "0", {"wrong": "Enter a whole number from 1 to 9."}),
        (option("a", INTEGER, min_value=1, max_value=9), "9" * 30, {"wrong": "Enter a whole number from 1 to 9."}),
        (option("a", INTEGER, min_value=0), "-1", {"wrong": "Enter a whole number of at least 0."}),
        (option("a", NUMBER, max_value=0), "0.1", {"wrong": "Enter a number of at most 0."}),
        (option("a", INTEGER), "9007199254740991", {"value": 9007199254740991}),
        (
            option("a", INTEGER, min_value=0),
            "9007199254740992",
            {"wrong": "Enter a whole number of at most 9007199254740991."},
        ),
        (
            option("a", INTEGER),
            "-9007199254740992",
            {"wrong": "Enter a whole number of at least -9007199254740991."},
        ),
        (option("a", NUMBER), "1.50", {"value": 1.5}),
        (option("a", NUMBER), ".5", {"value": 0.5}),
        (option("a", NUMBER), "5.", {"value": 5}),
        (option("a", NUMBER), "1,5", {"wrong": "Enter a number."}),
        (option("a", NUMBER), "Infinity", {"wrong": "Enter a number."}),
        (option("a", NUMBER), ".", {"wrong": "Enter a number."}),
        (option("a", BOOLEAN), "true", {"value": True}),
        (option("a", BOOLEAN), "FALSE", {"value": False}),
        (option("a", BOOLEAN), "yes", {"wrong": "Choose True or False."}),
        (option("a", USER), "@ada", {"value": {"user": "1"}}),
        (option("a", USER), "ad", {"wrong": "Choose somebody who is here."}),
        (option("a", ROLE), "@Managers", {"value": {"role": "4"}}),
        (option("a", ROLE), "Ada", {"wrong": "Choose one of the roles."}),
        (option("a", CHANNEL), "#general", {"value": {"channel": "2"}}),
        (option("a", CHANNEL), "nowhere", {"wrong": "Choose one of the channels."}),
        (option("a", MENTIONABLE), "nobody", {"wrong": "Choose somebody who is here, or a role."}),
        (option("a", choices=[{"name": "Fast", "value": "f"}]), "fast", {"value": "f"}),
        (option("a", choices=[{"name": "Fast", "value": "f"}]), "f", {"wrong": "Choose one of the options."}),
        (option("a", INTEGER, choices=[{"name": "Ten", "value": 10}]), "Ten", {"value": 10}),
        (option("a", INTEGER, choices=[{"name": "Ten", "value": 10}]), "10", {"wrong": "Choose one of the options."}),
    ],
)  # fmt: skip
async def test_a_typed_text_is_understood_or_it_is_said_what_is_wrong(
    modules: Modules, asked: Json, text: str, meant: Json
) -> None:
    listed = await modules.call("commands.listOf", asked, PLACE)
    assert await modules.call("commands.meaning", asked, {"text": text}, listed) == meant


@pytest.mark.parametrize(("text", "value"), [("#1", "sharp"), ("1", "plain"), ("One", "O"), ("one", "o")])
async def test_of_choices_that_differ_little_the_one_that_is_written_exactly_so_is_meant(
    modules: Modules, text: str, value: str
) -> None:
    names = {"#1": "sharp", "1": "plain", "One": "O", "one": "o"}
    asked = option("a", choices=[{"name": name, "value": value} for name, value in names.items()])
    listed = await modules.call("commands.listOf", asked, PLACE)
    assert await modules.call("commands.meaning", asked, {"text": text}, listed) == {"value": value}


@pytest.mark.parametrize(
    ("asked", "entry", "meant"),
    [
        (option("a", autocomplete=True), {"text": "My cat", "chosen": {"value": "k3"}}, {"value": "k3"}),
        (option("a", BOOLEAN), {"text": "False", "chosen": {"value": False}}, {"value": False}),
        (option("a", ATTACHMENT), {"upload": {"word": "w"}}, {"value": {"word": "w"}}),
        (option("a", ATTACHMENT), {}, {}),
        (option("a", ATTACHMENT), None, {}),
        (
            option("a", ATTACHMENT, required=True),
            {},
            {"wrong": "This option is required. Specify a value."},
        ),
    ],
)
async def test_what_was_chosen_means_its_value(
    modules: Modules, asked: Json, entry: Json | None, meant: Json
) -> None:
    assert await modules.call("commands.meaning", asked, entry) == meant


# --- a whole form ----------------------------------------------------------------------------------------------------

PAINTING: Final = command(
    option("prompt", required=True),
    option("count", INTEGER, min_value=1, max_value=4),
    option("whose", USER),
    option("start", ATTACHMENT),
)


async def test_a_form_is_sent_with_all_that_is_given(modules: Modules) -> None:
    entries = {"prompt": {"text": "a cat"}, "count": {"text": ""}, "whose": {"text": "Ada", "chosen": ADA}}
    shown = ["prompt", "count", "whose"]
    assert await modules.call("commands.checked", PAINTING, shown, entries, PLACE) == {
        "values": {"prompt": "a cat", "whose": {"user": "1"}},
        "wrong": {},
        "first": None,
    }


async def test_of_several_wrong_options_the_first_one_shown_is_gone_to(modules: Modules) -> None:
    entries = {"count": {"text": "5"}, "whose": {"text": "Zed"}}
    found = await modules.call("commands.checked", PAINTING, ["prompt", "count", "whose"], entries, PLACE)
    assert found == {
        "values": {},
        "wrong": {
            "prompt": "This option is required. Specify a value.",
            "count": "Enter a whole number from 1 to 4.",
            "whose": "Choose somebody who is here.",
        },
        "first": "prompt",
    }


async def test_an_option_is_completed_beside_what_is_right_so_far_and_without_files(modules: Modules) -> None:
    entries = {
        "prompt": {"text": "a c"},
        "count": {"text": "5"},
        "whose": {"chosen": ADA},
        "start": {"upload": {"word": "w"}},
    }
    shown = ["prompt", "count", "whose", "start"]
    beside = await modules.call("commands.alongside", PAINTING, shown, entries, PLACE, "prompt")
    assert beside == {"whose": {"user": "1"}}


@pytest.mark.parametrize(
    ("filled", "after", "following"),
    [
        ([], None, "name"),
        (["name"], "name", "first"),
        (["first"], "first", "name"),
        ([], "first", "name"),
        (["name", "first"], "first", None),
        (["name"], "steps", "first"),
    ],
)
async def test_after_an_option_the_next_required_one_is_filled_all_round(
    modules: Modules, filled: list[str], after: str | None, following: str | None
) -> None:
    entries = {name: {"text": "given"} for name in filled}
    shown = ["name", "first", "steps"]
    assert await modules.call("commands.nextToFill", TRAINING, shown, entries, after) == following


@pytest.mark.parametrize(
    ("held", "count", "first", "names"),
    [
        ([], 1, None, ["first"]),
        ([], 3, None, ["first", "second", "third"]),
        ([], 5, None, ["first", "second", "third", None, None]),
        (["first"], 1, None, ["second"]),
        (["second"], 2, None, ["first", "third"]),
        ([], 2, "second", ["second", "third"]),
        ([], 3, "third", ["third", "first", "second"]),
        (["second"], 1, "second", ["second"]),
        (["first", "second", "third"], 2, "first", ["first", None]),
        (["first", "second", "third"], 1, None, [None]),
        ([], 1, "name", ["first"]),
    ],
)
async def test_dropped_files_fill_the_free_options_in_order(
    modules: Modules, held: list[str], count: int, first: str | None, names: list[str | None]
) -> None:
    entries = {name: {"upload": {"word": name}} for name in held}
    files = [f"cat{number}.png" for number in range(count)]
    assert await modules.call("commands.roomFor", TRAINING, entries, files, first) == names


PACKED: Final = command(option("zip", ATTACHMENT), option("first", ATTACHMENT), option("second", ATTACHMENT))


@pytest.mark.parametrize(
    ("held", "files", "first", "names"),
    [
        ([], ["cats.zip"], None, ["zip"]),
        ([], ["Cats.ZIP"], None, ["zip"]),
        ([], ["zip.png"], None, ["first"]),
        ([], ["a.png", "cats.zip", "b.png"], None, ["first", "zip", "second"]),
        ([], ["a.png", "b.png", "c.png", "d.png"], None, ["first", "second", "zip", None]),
        ([], ["a.png", "b.png", "c.png", "cats.zip"], None, ["first", "second", None, "zip"]),
        ([], ["cats.zip", "dogs.zip"], None, ["zip", "first"]),
        (["zip"], ["cats.zip"], None, ["first"]),
        ([], ["cats.zip"], "second", ["second"]),
        ([], ["a.png"], "zip", ["zip"]),
        ([], ["a.png", "cats.zip"], "second", ["second", "zip"]),
    ],
)
async def test_a_file_goes_to_the_option_that_is_named_after_its_ending_and_others_only_when_all_are_full(
    modules: Modules, held: list[str], files: list[str], first: str | None, names: list[str | None]
) -> None:
    entries = {name: {"upload": {"word": name}} for name in held}
    assert await modules.call("commands.roomFor", PACKED, entries, files, first) == names


@pytest.mark.parametrize(
    ("asked", "entries", "wants"),
    [
        (TRAINING, {}, True),
        (TRAINING, {"name": {"text": "a cat"}, "second": {}}, True),
        (TRAINING, {"second": {"upload": {"word": "w"}}}, False),
        (command(option("prompt")), {}, False),
    ],
)
async def test_a_command_wants_files_until_it_has_one(
    modules: Modules, asked: Json, entries: Json, wants: bool
) -> None:
    assert await modules.call("commands.wantsFiles", asked, entries) is wants
