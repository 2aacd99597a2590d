"""What is being written: messages, a command's form, files on their way; what is sent, and what comes back."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

import pytest

from tests.browser.logic.modules import Modules

Json = dict[str, Any]

_STORY: Final = """
async (all, { number, answers }) => {
  const { add, attach, detach, draftOf, fill, get, judge, keyOf, leave, post, redefine, send, set, settle, speak,
          spell, start, type, withdraw, Refused } = all;
  const world = { me: "1", app: { id: "9", name: "Easel" }, everyone: {}, people: [{ id: "1" }], guilds: [], private: [] };
  set({ world, toasts: [], modal: null });
  const channel = { id: number, size: 10, may: { attach: true } };
  const key = keyOf("1", number);
  const asked = [];
  const lost = new Set();
  let road = Promise.resolve();
  speak({
    ask: async (what, { channel: _, ...given }) => {
      asked.push([what, given]);
      if (typeof answers[what] === "string") throw new Refused(answers[what]);
      return answers[what] ?? {};
    },
    put: async (file) => {
      await road;
      if (lost.has(file.name)) throw new Refused(`${file.name} went astray.`);
      return `word of ${file.name}`;
    },
  });
  const close = () => {
    let open;
    road = new Promise((resolve) => (open = resolve));
    return open;
  };
  const files = (...names) => names.map((name) => new File(["1234567890"], name));
  const place = { people: [{ id: "1", name: "Ada" }], channels: [], roles: [] };
  const command = { path: "/paint", options: [
    { name: "prompt", type: 3, required: true, max_length: 20 },
    { name: "start", type: 11, required: true },
    { name: "count", type: 4, max_value: 4 },
    { name: "more", type: 11 },
  ] };
  const other = { path: "/help", options: [] };
  const entryOf = ({ text, chosen, upload }) => upload?.file.name ?? chosen?.value ?? text ?? null;
  const now = () => {
    const { text, files, leaving, form, aim } = draftOf(key);
    const names = (uploads) => uploads.map((each) => each.file.name);
    const entries = Object.entries(form?.entries ?? {}).map(([name, entry]) => [name, entryOf(entry)]);
    const filled = form && { path: form.command.path, shown: form.shown, entries: Object.fromEntries(entries),
                             wrong: form.wrong, sending: form.sending };
    return { text, files: names(files), leaving: names(leaving), form: filled, aim: aim?.at.trim() ?? null };
  };
  const seen = {};
  STEPS
  return { ...now(), seen, asked, toasts: get().toasts.map((each) => each.text) };
}
"""

_number = count(1)


async def story(modules: Modules, steps: str, **answers: Any) -> Json:
    """What a draft has become after some steps in a place of its own, what the sandbox was asked, what was said."""
    given = {"number": str(next(_number)), "answers": answers}
    told: Json = await modules.run(
        "composer-drafts actions store socket", _STORY.replace("STEPS", steps), given
    )
    return told


# --- messages --------------------------------------------------------------------------------------------------------


async def test_a_message_is_sent_without_spaces_around_it_and_the_box_is_free(modules: Modules) -> None:
    told = await story(modules, 'type(key, " Hello\\nyou "); await post(key, channel);')
    assert told["asked"] == [["say", {"content": "Hello\nyou", "files": []}]]
    assert told["text"] == ""


async def test_spaces_alone_are_not_sent(modules: Modules) -> None:
    told = await story(modules, 'type(key, " \\n "); await post(key, channel);')
    assert (told["asked"], told["text"]) == ([], " \n ")


async def test_a_message_that_was_refused_comes_back_above_what_was_written_meanwhile(
    modules: Modules,
) -> None:
    steps = """
      type(key, "first");
      const going = post(key, channel);
      seen.meanwhile = now().text;
      type(key, "second");
      await going;
    """
    told = await story(modules, steps, say="You may not write here.")
    assert told["seen"]["meanwhile"] == ""
    assert (told["text"], told["toasts"]) == ("first\nsecond", ["You may not write here."])


async def test_a_message_of_too_many_characters_stays_where_an_emoji_is_one(modules: Modules) -> None:
    told = await story(modules, 'type(key, "🎨".repeat(2000)); await post(key, channel);')
    assert len(told["asked"]) == 1
    told = await story(modules, 'type(key, "🎨".repeat(2003)); await post(key, channel);')
    assert (told["asked"], len(told["text"])) == ([], 2003)
    assert told["toasts"] == ["A message has at most 2000 characters; this one has 3 more."]


async def test_a_message_is_sent_by_nobody_but_who_wrote_it(modules: Modules) -> None:
    steps = """
      const open = close();
      attach(key, channel, files("a.png"));
      type(key, "mine");
      const going = post(key, channel);
      set({ world: { ...world, me: "2" } });
      open();
      await going;
    """
    told = await story(modules, steps)
    assert (told["asked"], told["text"], told["files"]) == ([], "mine", ["a.png"])


async def test_everybody_has_a_draft_of_their_own_in_every_channel(modules: Modules) -> None:
    steps = """
      type(key, "mine");
      seen.theirs = draftOf(keyOf("2", number)).text;
      seen.elsewhere = draftOf(keyOf("1", "0")).text;
    """
    told = await story(modules, steps)
    assert (told["text"], told["seen"]) == ("mine", {"theirs": "", "elsewhere": ""})


# --- files of a message ----------------------------------------------------------------------------------------------


async def test_files_are_sent_with_their_message_once_they_have_arrived(modules: Modules) -> None:
    steps = """
      const open = close();
      attach(key, channel, files("a.png", "b.png"));
      const going = post(key, channel);
      seen.meanwhile = now();
      seen.asked = [...asked];
      open();
      await going;
    """
    told = await story(modules, steps)
    assert told["seen"]["meanwhile"]["leaving"] == ["a.png", "b.png"]
    assert told["seen"]["asked"] == []
    assert told["asked"] == [["say", {"content": "", "files": ["word of a.png", "word of b.png"]}]]
    assert (told["files"], told["leaving"]) == ([], [])


async def test_a_file_that_was_attached_meanwhile_stays_for_the_next_message(modules: Modules) -> None:
    steps = """
      attach(key, channel, files("a.png"));
      const going = post(key, channel);
      attach(key, channel, files("b.png"));
      await going;
      seen.left = now().files;
      await post(key, channel);
    """
    told = await story(modules, steps)
    assert told["seen"]["left"] == ["b.png"]
    assert [given["files"] for _, given in told["asked"]] == [["word of a.png"], ["word of b.png"]]


async def test_a_message_waits_for_a_file_that_went_astray_and_is_sent_at_the_next_try(
    modules: Modules,
) -> None:
    steps = """
      lost.add("a.png");
      attach(key, channel, files("a.png", "b.png"));
      type(key, "look");
      await post(key, channel);
      seen.first = { ...now(), asked: [...asked] };
      lost.clear();
      await post(key, channel);
    """
    told = await story(modules, steps)
    first = told["seen"]["first"]
    assert (first["asked"], first["text"], first["files"]) == ([], "look", ["a.png", "b.png"])
    assert told["asked"] == [["say", {"content": "look", "files": ["word of a.png", "word of b.png"]}]]
    assert told["toasts"] == ["a.png went astray."]


async def test_a_message_carries_ten_files_at_most(modules: Modules) -> None:
    steps = """
      attach(key, channel, files("1", "2", "3", "4", "5", "6", "7", "8"));
      attach(key, channel, files("9", "10", "11"));
    """
    told = await story(modules, steps)
    assert told["files"] == [str(n) for n in range(1, 11)]
    assert told["toasts"] == ["A message carries at most 10 files."]


async def test_a_file_that_is_too_large_is_left_out(modules: Modules) -> None:
    steps = 'attach(key, { ...channel, size: 9 }, files("a.png")); attach(key, channel, files("b.png"));'
    told = await story(modules, steps)
    assert told["files"] == ["b.png"]
    assert told["toasts"] == ["a.png is too large: it has 10 B, and a file may have 9 B here."]


async def test_where_no_files_may_be_uploaded_none_is_attached(modules: Modules) -> None:
    told = await story(modules, 'attach(key, { ...channel, may: { attach: false } }, files("a.png"));')
    assert (told["files"], told["toasts"]) == ([], ["You may not upload files here."])


async def test_a_file_is_taken_off_again(modules: Modules) -> None:
    steps = 'attach(key, channel, files("a.png", "b.png")); detach(key, draftOf(key).files[0]);'
    told = await story(modules, steps)
    assert (told["files"], told["aim"]) == (["b.png"], "box")


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
