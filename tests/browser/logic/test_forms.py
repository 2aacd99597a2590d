"""What a form asks for, what is valid in it and how it is said, which files it takes, what is submitted."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.browser.logic.modules import Modules

Json = dict[str, Any]

ROW, STRING_SELECT, TEXT_INPUT, USER_SELECT, TEXT, LABEL = 1, 3, 4, 5, 10, 18
FILES, RADIO, CHECKS, CHECK = 19, 21, 22, 23

KINDS: Final = {
    TEXT_INPUT: "text",
    STRING_SELECT: "select",
    USER_SELECT: "select",
    FILES: "files",
    RADIO: "radio",
    CHECKS: "checks",
    CHECK: "check",
}
NOBODY_HERE: Final = {"world": {"everyone": {"1": "Ada"}, "app": {"id": "9"}, "me": "1"}}


def component(kind: int, custom_id: str = "it", **more: Any) -> Json:
    return {"type": kind, "custom_id": custom_id, **more}


def options(count: int, *chosen: int) -> list[Json]:
    return [{"value": str(n), "label": f"Option {n}", "default": n in chosen} for n in range(count)]


async def field(modules: Modules, part: Json) -> Json:
    """The field that a form makes of a component."""
    parts = await modules.call("fields.partsOf", [{"type": LABEL, "label": "It", "component": part}])
    found: Json = parts[0]["field"]
    return found


# --- what it asks for ------------------------------------------------------------------------------------------------


async def test_a_form_is_its_fields_and_the_texts_between_them_from_top_to_bottom(modules: Modules) -> None:
    parts = await modules.call(
        "fields.partsOf",
        [
            {"type": TEXT, "content": "**Read this.**"},
            {
                "type": LABEL,
                "label": "Name",
                "description": "Of the cat",
                "component": component(TEXT_INPUT, "name"),
            },
            {"type": ROW, "components": [component(TEXT_INPUT, "old", label="The old way", required=False)]},
            {"type": LABEL, "label": "New", "component": component(99)},
            {"type": 98},
        ],
    )
    assert [each.get("text", each.get("unknown")) for each in parts] == [
        "**Read this.**",
        None,
        None,
        "New",
        "",
    ]
    named, old = await modules.call("fields.fieldsOf", parts)
    assert {**named, "component": None} == {
        "id": "name",
        "kind": "text",
        "label": "Name",
        "description": "Of the cat",
        "required": True,
        "component": None,
    }
    assert (old["id"], old["label"], old["description"], old["required"]) == ("old", "The old way", "", False)


@pytest.mark.parametrize(("kind", "word"), KINDS.items())
async def test_a_field_is_of_the_kind_of_its_component(modules: Modules, kind: int, word: str) -> None:
    assert (await field(modules, component(kind, options=options(2))))["kind"] == word


@pytest.mark.parametrize(
    ("part", "required"),
    [
        (component(TEXT_INPUT), True),
        (component(TEXT_INPUT, required=True), True),
        (component(TEXT_INPUT, required=False), False),
        (component(STRING_SELECT, options=options(2)), True),
        (component(STRING_SELECT, options=options(2), min_values=0), False),
        (component(STRING_SELECT, options=options(2), required=False), False),
        (component(FILES), True),
        (component(FILES, min_values=0), False),
        (component(RADIO, options=options(2)), True),
        (component(CHECKS, options=options(2), required=False), False),
        (component(CHECK), False),
        (component(CHECK, required=True), False),
    ],
)
async def test_a_field_is_required_unless_it_may_stay_empty(
    modules: Modules, part: Json, required: bool
) -> None:
    assert (await field(modules, part))["required"] is required


@pytest.mark.parametrize(
    ("part", "least", "some", "most"),
    [
        (component(STRING_SELECT, options=options(5)), 1, 1, 1),
        (component(STRING_SELECT, options=options(5), min_values=2, max_values=4), 2, 2, 4),
        (component(STRING_SELECT, options=options(5), min_values=2, max_values=4, required=False), 0, 2, 4),
        (component(CHECKS, options=options(3)), 1, 1, 3),
        (component(CHECKS, options=options(3), max_values=2, required=False), 0, 1, 2),
        (component(FILES), 1, 1, 1),
        (component(FILES, min_values=5, max_values=10), 5, 5, 10),
        (component(TEXT_INPUT, required=False), 1, 1, 1),
    ],
)
async def test_a_field_takes_as_many_as_its_component_says(
    modules: Modules, part: Json, least: int, some: int, most: int
) -> None:
    counts = await modules.call("fields.countsOf", await field(modules, part))
    assert counts == {"least": least, "some": some, "most": most}


# --- what it holds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "held"),
    [
        (component(TEXT_INPUT), ""),
        (component(TEXT_INPUT, value="a cat"), "a cat"),
        (component(STRING_SELECT, options=options(3)), []),
        (component(STRING_SELECT, options=options(3, 1, 2), max_values=2), ["1", "2"]),
        (component(USER_SELECT), []),
        (component(USER_SELECT, default_values=[{"id": "1", "type": "user"}]), [{"user": "1"}]),
        (component(RADIO, options=options(3)), None),
        (component(RADIO, options=options(3, 2)), "2"),
        (component(CHECKS, options=options(3, 0, 2)), ["0", "2"]),
        (component(CHECK), False),
        (component(CHECK, default=True), True),
        (component(FILES), []),
    ],
)
async def test_a_field_holds_at_first_what_it_was_written_with(
    modules: Modules, part: Json, held: Any
) -> None:
    place = {"channel": {"recipients": []}, "guild": None}
    fields = [await field(modules, part)]
    assert await modules.call("fields.allAtFirst", fields, place, NOBODY_HERE) == {"it": held}


@pytest.mark.parametrize(
    ("part", "before", "now", "touched"),
    [
        (component(TEXT_INPUT), "", "", False),
        (component(TEXT_INPUT), "", " ", True),
        (component(TEXT_INPUT), "a", "", True),
        (component(USER_SELECT), [{"user": "1"}], [{"user": "1"}], False),
        (component(USER_SELECT), [{"user": "1"}], [], True),
        (component(RADIO, options=options(2)), None, "0", True),
        (component(CHECK), False, True, True),
        (component(FILES), [], [], False),
        (component(FILES), [], [{"word": None}], True),
    ],
)
async def test_a_form_is_touched_once_something_was_filled_in(
    modules: Modules, part: Json, before: Any, now: Any, touched: bool
) -> None:
    fields = [await field(modules, part)]
    assert await modules.call("fields.isTouched", fields, {"it": now}, {"it": before}) is touched


# --- what is valid ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        (component(TEXT_INPUT), "", "This field is required."),
        (component(TEXT_INPUT), "a", None),
        (component(TEXT_INPUT, required=False), "", None),
        (component(TEXT_INPUT, required=False, min_length=3), "", None),
        (component(TEXT_INPUT, required=False, min_length=3), "ab", "At least 3 characters; there are 2."),
        (component(TEXT_INPUT, min_length=2), "a", "At least 2 characters; there is 1."),
        (component(TEXT_INPUT, max_length=1), "ab", "At most 1 character; there are 2."),
        (component(TEXT_INPUT, max_length=2), "🎨🎨", None),
        (component(TEXT_INPUT), "x" * 4000, None),
        (component(TEXT_INPUT), "x" * 4001, "At most 4000 characters; there are 4001."),
        (component(STRING_SELECT, options=options(3)), [], "Choose one."),
        (component(STRING_SELECT, options=options(3)), ["0"], None),
        (component(STRING_SELECT, options=options(3), required=False), [], None),
        (component(STRING_SELECT, options=options(3), max_values=2), [], "Choose at least 1."),
        (
            component(STRING_SELECT, options=options(3), min_values=2, max_values=3),
            ["0"],
            "Choose at least 2.",
        ),
        (
            component(STRING_SELECT, options=options(3), min_values=2, max_values=3, required=False),
            ["0"],
            "Choose at least 2, or none.",
        ),
        (component(USER_SELECT), [], "Choose one."),
        (component(RADIO, options=options(2)), None, "Choose one."),
        (component(RADIO, options=options(2)), "1", None),
        (component(RADIO, options=options(2), required=False), None, None),
        (component(CHECKS, options=options(3)), [], "Choose at least 1."),
        (component(CHECKS, options=options(3), max_values=1), [], "Choose one."),
        (component(CHECKS, options=options(3), max_values=2), ["0", "1", "2"], "Choose at most 2."),
        (component(CHECKS, options=options(3), required=False), [], None),
        (component(CHECK), False, None),
        (component(FILES), [], "Add a file."),
        (component(FILES, required=False), [], None),
        (component(FILES, min_values=5, max_values=9), [], "Add at least 5 files."),
        (component(FILES, min_values=5, max_values=9), [{}], "Add at least 5 files; there is 1."),
        (component(FILES, min_values=5, max_values=9), [{}] * 3, "Add at least 5 files; there are 3."),
        (component(FILES, min_values=5, max_values=9, required=False), [], None),
        (
            component(FILES, min_values=5, max_values=9, required=False),
            [{}] * 4,
            "Add at least 5 files, or none; there are 4.",
        ),
        (component(FILES), [{}] * 2, "Add at most 1 file; there are 2."),
        (component(FILES, min_values=5, max_values=9), [{}] * 5, None),
    ],
)
async def test_a_field_says_what_is_wrong_with_what_it_holds(
    modules: Modules, part: Json, value: Any, sentence: str | None
) -> None:
    assert await modules.call("fields.problem", await field(modules, part), value) == sentence


async def test_a_form_can_be_submitted_once_no_field_has_a_problem(modules: Modules) -> None:
    fields = [
        await field(modules, component(TEXT_INPUT, "name")),
        await field(modules, component(CHECK, "sure")),
    ]
    assert await modules.call("fields.problems", fields, {"name": "", "sure": False}) == {
        "name": "This field is required."
    }
    assert await modules.call("fields.problems", fields, {"name": "a cat", "sure": False}) == {}


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (component(TEXT_INPUT, min_length=3), ""),
        (component(STRING_SELECT, options=options(3), max_values=2), ""),
        (component(FILES), "One file"),
        (component(FILES, required=False), "One file"),
        (component(FILES, max_values=5), "Up to 5 files"),
        (component(FILES, min_values=0, max_values=5), "Up to 5 files"),
        (component(FILES, min_values=4, max_values=20), "4 to 20 files"),
        (component(FILES, min_values=5, max_values=5), "5 files"),
        (component(FILES, min_values=4, max_values=9, required=False), "4 to 9 files, or none"),
        (component(FILES, min_values=5, max_values=5, required=False), "5 files, or none"),
        (component(CHECKS, options=options(3)), ""),
        (component(CHECKS, options=options(3), required=False), ""),
        (component(CHECKS, options=options(3), max_values=2), "Choose up to 2"),
        (component(CHECKS, options=options(3), max_values=1), "Choose 1"),
        (component(CHECKS, options=options(3), max_values=1, required=False), "Choose up to 1"),
        (component(CHECKS, options=options(3), min_values=2), "Choose at least 2"),
        (component(CHECKS, options=options(3), min_values=2, required=False), "Choose at least 2, or none"),
        (component(CHECKS, options=options(3), min_values=3), "Choose 3"),
        (component(CHECKS, options=options(5), min_values=2, max_values=3), "Choose 2 to 3"),
        (
            component(CHECKS, options=options(5), min_values=2, max_values=2, required=False),
            "Choose 2, or none",
        ),
    ],
)
async def test_a_field_of_several_tells_how_many_it_takes(modules: Modules, part: Json, words: str) -> None:
    assert await modules.call("fields.hint", await field(modules, part)) == words


# --- files -----------------------------------------------------------------------------------------------------------

KB: Final = 1024
MB: Final = 1024 * KB


@pytest.mark.parametrize(
    ("files", "room", "taken", "refused"),
    [
        ({"a.png": KB, "b.png": KB}, (0, 2), ["a.png", "b.png"], []),
        ({"a.png": MB}, (0, 1), ["a.png"], []),
        (
            {"a.png": KB, "b.png": KB},
            (0, 1),
            ["a.png"],
            ["No more than 1 file here: “b.png” was left out."],
        ),
        (
            {"a.png": KB, "b.png": KB},
            (3, 3),
            [],
            ["No more than 3 files here: “a.png”, “b.png” were left out."],
        ),
        (
            {"big.png": 3 * MB, "a.png": KB},
            (0, 1),
            ["a.png"],
            ["“big.png” has 3 MB; at most 1 MB are taken here."],
        ),
        ({"a.png": KB}, (5, 3), [], ["No more than 3 files here: “a.png” was left out."]),
        ({}, (0, 1), [], []),
    ],
)
async def test_a_field_takes_files_while_there_is_room_and_says_which_it_leaves_out(
    modules: Modules, files: dict[str, int], room: tuple[int, int], taken: list[str], refused: list[str]
) -> None:
    given = [{"name": name, "size": size} for name, size in files.items()]
    held, most = room
    found = await modules.call("fields.admitted", given, {"held": held, "most": most, "size": MB})
    assert [each["name"] for each in found["taken"]] == taken
    assert found["refused"] == refused


# --- what is submitted -----------------------------------------------------------------------------------------------


async def test_every_field_is_submitted_as_the_socket_carries_it(modules: Modules) -> None:
    values: Json = {
        "name": "a cat",
        "style": ["0"],
        "who": [{"user": "1"}],
        "how": None,
        "which": ["0", "1"],
        "sure": True,
    }
    parts = [
        component(TEXT_INPUT, "name"),
        component(STRING_SELECT, "style", options=options(2)),
        component(USER_SELECT, "who"),
        component(RADIO, "how", options=options(2)),
        component(CHECKS, "which", options=options(2)),
        component(CHECK, "sure"),
        component(FILES, "pictures", max_values=2),
    ]
    fields = [await field(modules, each) for each in parts]
    uploads = [{"word": "w1", "file": {}}, {"word": "w2", "file": {}}]
    sent = await modules.call("fields.submitted", fields, {**values, "pictures": uploads})
    assert sent == {**values, "pictures": [{"file": "w1"}, {"file": "w2"}]}
