"""A command's form that is being filled in: where one goes on, what is wrong, what is sent, what comes back."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.browser.logic.drafts import story
from tests.browser.logic.modules import Modules

Json = dict[str, Any]

# --- the form of a command -------------------------------------------------------------------------------------------


async def test_a_command_begins_with_its_required_options_at_the_first_of_them(modules: Modules) -> None:
    told = await story(modules, 'type(key, "kept"); start(key, command);')
    assert told["form"] == {
        "path": "/paint",
        "shown": ["prompt", "start"],
        "entries": {},
        "wrong": {},
        "sending": False,
    }
    assert (told["text"], told["aim"]) == ("kept", "prompt")


async def test_a_command_that_was_spelt_out_leaves_nothing_in_the_box(modules: Modules) -> None:
    told = await story(modules, 'type(key, "/help "); start(key, other, { keepText: false });')
    assert (told["text"], told["aim"]) == ("", "send")


async def test_the_same_command_begun_again_stays_as_it_is(modules: Modules) -> None:
    steps = 'start(key, command); fill(key, "prompt", { text: "a cat" }); start(key, command);'
    told = await story(modules, steps)
    assert (told["form"]["entries"], told["aim"]) == ({"prompt": "a cat"}, "start")
    told = await story(modules, steps + "start(key, other);")
    assert (told["form"]["path"], told["form"]["entries"]) == ("/help", {})


@pytest.mark.parametrize(
    ("filled", "name", "onward", "aim"),
    [
        ("", "prompt", False, "start"),
        ("", "prompt", True, "start"),
        ("", "start", False, "prompt"),
        ("", "start", True, "count"),
        ('fill(key, "prompt", { text: "a" });', "start", False, "count"),
        ('fill(key, "prompt", { text: "a" }); fill(key, "start", { text: "a" });', "count", True, "more"),
        ('fill(key, "prompt", { text: "a" }); fill(key, "start", { text: "a" });', "count", False, "count"),
    ],
)
async def test_after_a_choice_one_goes_on_where_something_is_left_to_fill(
    modules: Modules, filled: str, name: str, onward: bool, aim: str
) -> None:
    choice = f'settle(key, "{name}", {{ name: "A", value: "a" }}, {{ onward: {str(onward).lower()} }});'
    told = await story(modules, f'start(key, command); add(key, "count"); {filled} {choice}')
    assert (told["form"]["entries"][name], told["aim"]) == ("a", aim)


async def test_an_option_is_added_and_taken_away(modules: Modules) -> None:
    steps = """
      start(key, command);
      add(key, "count");
      seen.added = now();
      fill(key, "count", { text: "2" });
      withdraw(key, "count");
    """
    told = await story(modules, steps)
    added = told["seen"]["added"]
    assert (added["form"]["shown"], added["aim"]) == (["prompt", "start", "count"], "count")
    assert (told["form"]["shown"], told["aim"]) == (["prompt", "start"], "start")
    told = await story(modules, steps + 'add(key, "count");')
    assert told["form"]["entries"] == {"count": None}


async def test_a_command_is_left_for_the_box(modules: Modules) -> None:
    told = await story(modules, 'type(key, "kept"); start(key, command); leave(key);')
    assert (told["form"], told["text"], told["aim"]) == (None, "kept", "box")
    told = await story(modules, 'type(key, "kept"); start(key, command); leave(key, "/paint");')
    assert told["text"] == "/paint"
    told = await story(modules, 'start(key, command); spell(key, "/pai");')
    assert (told["form"], told["text"], told["aim"]) == (None, "/pai", "box")


async def test_what_is_wrong_is_said_when_a_filled_option_is_left_and_gone_when_it_is_filled_anew(
    modules: Modules,
) -> None:
    steps = """
      start(key, command);
      judge(key, "prompt", place);
      seen.untouched = now().form.wrong;
      fill(key, "prompt", { text: " " });
      judge(key, "prompt", place);
      seen.emptied = now().form.wrong;
      fill(key, "prompt", { text: "x".repeat(21) });
      judge(key, "prompt", place);
      seen.wrong = now().form.wrong;
      fill(key, "prompt", { text: "x" });
    """
    told = await story(modules, steps)
    assert told["seen"] == {
        "untouched": {},
        "emptied": {},
        "wrong": {"prompt": "Enter at most 20 characters; there are 21."},
    }
    assert told["form"]["wrong"] == {}


async def test_a_command_that_was_registered_anew_keeps_what_was_filled_in(modules: Modules) -> None:
    steps = """
      start(key, command);
      fill(key, "prompt", { text: "a cat" });
      const [prompt, begin, ...others] = command.options;
      redefine(key, { ...command, options: [prompt, { name: "style", type: 3, required: true }, ...others] });
    """
    told = await story(modules, steps)
    assert (told["form"]["shown"], told["form"]["entries"]) == (["prompt", "style"], {"prompt": "a cat"})


# --- sending a command -----------------------------------------------------------------------------------------------

FILLED: Final = """
  start(key, command);
  fill(key, "prompt", { text: " a cat " });
  attach(key, channel, files("a.png"));
  add(key, "count");
  fill(key, "count", { text: "2" });
"""


async def test_a_command_is_sent_with_what_its_options_mean(modules: Modules) -> None:
    told = await story(modules, f'type(key, "kept"); {FILLED} await send(key, channel, place);')
    options = {"prompt": "a cat", "start": {"file": "word of a.png"}, "count": 2}
    assert told["asked"] == [["run", {"command": "/paint", "options": options}]]
    assert (told["form"], told["text"], told["aim"]) == (None, "kept", "box")


async def test_after_a_command_that_opened_a_form_the_focus_is_left_to_that(modules: Modules) -> None:
    outcome = {"interaction": "5", "failed": False, "answer": "modal", "modal": {"title": "Name it"}}
    told = await story(modules, f"{FILLED} await send(key, channel, place);", run=outcome)
    assert (told["form"], told["aim"]) == (None, None)


async def test_a_command_with_something_missing_is_not_sent_and_the_first_that_is_wrong_is_gone_to(
    modules: Modules,
) -> None:
    steps = """
      start(key, command);
      fill(key, "prompt", { text: "a cat" });
      add(key, "count");
      fill(key, "count", { text: "5" });
      await send(key, channel, place);
    """
    told = await story(modules, steps)
    assert told["asked"] == []
    assert told["form"]["wrong"] == {
        "start": "This option is required. Specify a value.",
        "count": "Enter a whole number of at most 4.",
    }
    assert told["aim"] == "start"


async def test_a_command_that_was_refused_stays_as_it_is_and_its_files_set_out_again(
    modules: Modules,
) -> None:
    steps = f"""
      {FILLED}
      await send(key, channel, place);
      seen.first = now();
      answers.run = {{ failed: false }};
      await send(key, channel, place);
    """
    told = await story(modules, steps, run="The bot is not here.")
    first = told["seen"]["first"]
    assert first["form"]["entries"] == {"prompt": " a cat ", "start": "a.png", "count": "2"}
    assert (first["form"]["sending"], first["aim"]) == (False, "send")
    assert told["toasts"] == ["The bot is not here."]
    assert (len(told["asked"]), told["form"]) == (2, None)


async def test_a_command_is_sent_once_however_often_it_is_asked_for(modules: Modules) -> None:
    told = await story(
        modules, f"{FILLED} await Promise.all([1, 2, 3].map(() => send(key, channel, place)));"
    )
    assert len(told["asked"]) == 1


async def test_a_command_whose_file_went_astray_says_so_and_can_be_sent_again(modules: Modules) -> None:
    steps = f"""
      lost.add("a.png");
      {FILLED}
      await send(key, channel, place);
      seen.first = {{ ...now(), asked: [...asked] }};
      lost.clear();
      await send(key, channel, place);
    """
    told = await story(modules, steps)
    first = told["seen"]["first"]
    assert (first["asked"], first["aim"], first["form"]["sending"]) == ([], "start", False)
    assert first["form"]["wrong"] == {
        "start": "This file did not arrive. Send the command again, or choose another file."
    }
    assert (len(told["asked"]), told["form"]) == (1, None)


async def test_a_command_that_is_left_while_its_files_are_on_their_way_is_not_sent(modules: Modules) -> None:
    steps = f"""
      const open = close();
      {FILLED}
      const going = send(key, channel, place);
      seen.meanwhile = now().form.sending;
      leave(key);
      open();
      await going;
    """
    told = await story(modules, steps)
    assert told["seen"]["meanwhile"] is True
    assert (told["asked"], told["form"]) == ([], None)


# --- files of a command ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "entries", "shown", "aim", "toasts"),
    [
        ('attach(key, channel, files("a"));', {"start": "a"}, ["prompt", "start"], "prompt", []),
        (
            'attach(key, channel, files("a", "b"));',
            {"start": "a", "more": "b"},
            ["prompt", "start", "more"],
            "prompt",
            [],
        ),
        (
            'attach(key, channel, files("a", "b", "c", "d"));',
            {"start": "a", "more": "b"},
            ["prompt", "start", "more"],
            "prompt",
            ["/paint has no room for 2 more files."],
        ),
        (
            'attach(key, channel, files("a", "b")); attach(key, channel, files("c"));',
            {"start": "a", "more": "b"},
            ["prompt", "start", "more"],
            "prompt",
            ["/paint has no room for 1 file."],
        ),
        (
            'attach(key, channel, files("a")); attach(key, channel, files("b"), "start");',
            {"start": "b"},
            ["prompt", "start"],
            "prompt",
            [],
        ),
        (
            'fill(key, "prompt", { text: "a cat" }); attach(key, channel, files("a"), "more");',
            {"prompt": "a cat", "more": "a"},
            ["prompt", "start", "more"],
            "start",
            [],
        ),
        (
            'fill(key, "prompt", { text: "a cat" }); attach(key, channel, files("a"));',
            {"prompt": "a cat", "start": "a"},
            ["prompt", "start"],
            "more",
            [],
        ),
    ],
)
async def test_files_go_into_the_open_form_and_on_to_what_is_left(
    modules: Modules, steps: str, entries: Json, shown: list[str], aim: str, toasts: list[str]
) -> None:
    told = await story(modules, f"start(key, command); {steps}")
    assert (told["form"]["entries"], told["form"]["shown"]) == (entries, shown)
    assert (told["aim"], told["toasts"], told["files"]) == (aim, toasts, [])


async def test_a_command_without_files_says_so(modules: Modules) -> None:
    told = await story(modules, 'start(key, other); attach(key, channel, files("a"));')
    assert (told["form"]["entries"], told["files"]) == ({}, [])
    assert told["toasts"] == ["/help takes no files."]
