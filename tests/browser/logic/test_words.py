"""Times, sizes, money, states: what is said of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pytest

from tests.browser.logic.modules import Modules
from tests.browser.markdown_cases import RELATIVE

Json = dict[str, Any]


def unix(iso: str) -> float:
    return datetime.fromisoformat(f"{iso}+00:00").timestamp()


NOW: Final = unix("2021-04-20 16:20:30")
KB, MB, GB = 1024, 1024**2, 1024**3

# --- times -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ahead", "words"), [*RELATIVE, (0.4, "now"), (-0.4, "now"), (59.6, "in 1 minute")])
async def test_a_time_is_told_from_now(modules: Modules, ahead: float, words: str) -> None:
    assert await modules.call("time.relative", NOW + ahead, NOW) == words


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("t", "16:20"),
        ("T", "16:20:30"),
        ("d", "20/04/2021"),
        ("D", "20 April 2021"),
        ("f", "20 April 2021 at 16:20"),
        ("s", "20/04/2021, 16:20"),
        ("S", "20/04/2021, 16:20:30"),
        ("R", "1 hour ago"),
        ("stamp", "Today at 16:20"),
    ],
)
async def test_a_time_is_told_in_each_of_discords_styles(modules: Modules, style: str, words: str) -> None:
    assert await modules.call("time.say", NOW, style, NOW + 3600) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2021-04-20 00:00:00", "Today at 00:00"),
        ("2021-04-20 23:59:59", "Today at 23:59"),
        ("2021-04-19 23:59:59", "Yesterday at 23:59"),
        ("2021-04-19 00:00:00", "Yesterday at 00:00"),
        ("2021-04-18 23:59:59", "18/04/2021, 23:59"),
        ("2020-04-20 16:20:00", "20/04/2020, 16:20"),
    ],
)
async def test_a_message_is_of_today_or_of_yesterday_or_of_a_date(
    modules: Modules, written: str, words: str
) -> None:
    assert await modules.call("time.stamp", unix(written), NOW) == words


async def test_a_time_in_full_names_the_day_of_the_week(modules: Modules) -> None:
    words = await modules.call("time.full", NOW)
    assert (
        words.replace(",", "") == "Tuesday 20 April 2021 at 16:20"
    )  # the comma depends on the browser's version
    assert await modules.call("time.say", NOW, "F", NOW) == words


@pytest.mark.parametrize(
    ("seconds", "tellable"), [(0, True), (8.64e12, True), (8.65e12, False), (-8.65e12, False)]
)
async def test_instants_beyond_what_javascript_knows_are_not_told(
    modules: Modules, seconds: float, tellable: bool
) -> None:
    assert await modules.call("time.tellable", seconds) is tellable


async def test_discords_timestamps_are_read(modules: Modules) -> None:
    assert await modules.call("time.unixOf", "2021-04-20T16:20:30.000000+00:00") == NOW


# --- sizes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (KB, "1 KB"),
        (1536, "1.5 KB"),
        (100 * KB, "100 KB"),
        (1000 * KB, "1000 KB"),
        (10 * KB + 103, "10.1 KB"),
        (MB - 1, "1 MB"),
        (MB, "1 MB"),
        (10 * MB, "10 MB"),
        (GB - 1, "1 GB"),
        (3 * GB // 2, "1.5 GB"),
        (2048 * GB, "2048 GB"),
    ],
)
async def test_a_size_is_told_in_the_largest_unit_that_it_fills(
    modules: Modules, count: int, words: str
) -> None:
    assert await modules.call("lib.bytes", count) == words


@pytest.mark.parametrize(
    ("sizes", "words"), [([KB], "1 file, 1 KB"), ([KB, 512], "2 files, 1.5 KB"), ([], "0 files, 0 B")]
)
async def test_files_together_are_told_by_their_number_and_weight(
    modules: Modules, sizes: list[int], words: str
) -> None:
    assert await modules.call("samples.weightOf", [{"size": size} for size in sizes]) == words


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["a"], "a"),
        (["a", {"b": True, "c": False}, "d"], "a b d"),
        (["a", None, False, "", 0], "a"),
        ([{"a": 1, "b": "", "c": None}], "a"),
        ([], ""),
    ],
)
async def test_class_names_are_those_that_are_given_and_those_whose_condition_holds(
    modules: Modules, given: list[Any], names: str
) -> None:
    assert await modules.call("lib.classes", *given) == names


# --- behind the scenes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (12.9, "12 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (3900, "1 h 5 min"),
        (86400, "1 day"),
        (86400 + 3599, "1 day"),
        (2 * 86400 + 3 * 3600, "2 days 3 h"),
    ],
)
async def test_a_span_is_told_in_its_two_largest_units(modules: Modules, seconds: float, words: str) -> None:
    assert await modules.call("panel-words.span", seconds) == words


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        (0, "$0.00"),
        (9.5, "$9.50"),
        (0.1 + 0.2, "$0.30"),
        (0.0035, "$0.0035"),
        (12.345, "$12.3450"),
    ],
)
async def test_money_is_told_in_cents_unless_they_would_hide_something(
    modules: Modules, usd: float, words: str
) -> None:
    assert await modules.call("panel-words.money", usd) == words


async def test_a_key_shows_only_how_it_begins_and_ends(modules: Modules) -> None:
    assert await modules.call("panel-words.masked", "sk_0123456789abcdefWXYZ") == "sk_••••••••WXYZ"


async def test_counts_are_told_in_the_singular_and_the_plural(modules: Modules) -> None:
    for given, words in (
        ((1, "order"), "1 order"),
        ((0, "order"), "0 orders"),
        ((2, "day", "days"), "2 days"),
    ):
        assert await modules.call("panel-words.counted", *given) == words


@pytest.mark.parametrize(
    ("state", "percent", "way", "words", "tone"),
    [
        ("gathering", None, [0, 0, 0, 0, 0, 0, 0, 0], "Step 1 of 8: gathering", "going"),
        ("running", 42, [1, 1, 1, 1, 0.42, 0, 0, 0], "Step 5 of 8: running, 42 %", "going"),
        ("done", None, [1] * 8, "Step 8 of 8: done", "success"),
        ("failed", None, [1] * 8, "Ended: failed", "danger"),
        ("cancelled", None, [1] * 8, "Ended: cancelled", "muted"),
        ("unknown_outcome", None, [1, 1, 1, 1, 0, 0, 0, 0], "Ended: unknown outcome", "warning"),
        ("undeliverable", None, [1, 1, 1, 1, 1, 1, 1, 0], "Ended: undeliverable", "danger"),
    ],
)
async def test_a_job_is_told_by_how_far_it_has_come(
    modules: Modules, state: str, percent: int | None, way: list[float], words: str, tone: str
) -> None:
    job = {"state": state, "percent": percent}
    assert await modules.call("panel-words.wayOf", job) == way
    assert await modules.call("panel-words.wayInWords", job) == words
    assert await modules.call("panel-words.toneOf", state) == tone


@pytest.mark.parametrize(
    ("status", "tone"),
    [
        (None, "muted"),
        (200, "success"),
        (204, "success"),
        (302, "warning"),
        (429, "warning"),
        (500, "danger"),
    ],
)
async def test_an_answer_is_coloured_by_its_status(modules: Modules, status: int | None, tone: str) -> None:
    assert await modules.call("panel-words.toneOfStatus", status) == tone


@pytest.mark.parametrize(
    ("line", "tone"),
    [
        ("12:00:00 INFO bot.app ready", "plain"),
        ("12:00:00 WARNING bot.app slow", "warning"),
        ("12:00:00 ERROR bot.app broken", "danger"),
        ("12:00:00 CRITICAL bot.app gone", "danger"),
        ("12:00:00 INFO bot.app ERRORS: 0", "plain"),
    ],
)
async def test_a_line_of_the_log_is_coloured_by_its_level(modules: Modules, line: str, tone: str) -> None:
    assert await modules.call("panel-words.toneOfLine", line) == tone


async def test_equal_rows_keep_their_keys_when_others_come_below_them(modules: Modules) -> None:
    script = "({ keyed }, rows) => keyed(rows, (row) => row).map(({ key }) => key)"
    assert await modules.run("panel-words", script, ["a", "b", "a"]) == ["a#1", "b#1", "a#2"]
    assert await modules.run("panel-words", script, ["a", "b", "a", "a", "c"]) == [
        "a#1", "b#1", "a#2", "a#3", "c#1",
    ]  # fmt: skip
