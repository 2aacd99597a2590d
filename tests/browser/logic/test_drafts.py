"""A message that is being written and its files: what is sent, what comes back, what stays."""

from __future__ import annotations

from tests.browser.logic.drafts import story
from tests.browser.logic.modules import Modules

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
