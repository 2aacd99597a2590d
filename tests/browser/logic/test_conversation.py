"""What stands in a conversation: messages, what divides them, how many are new, and the text of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from tests.browser.logic.modules import Modules

Json = dict[str, Any]

BEGIN: Final = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
REPLY: Final = 19
EPHEMERAL: Final = 1 << 6


def message(number: int, author: str = "1", *, after: float = 0, **more: Any) -> Json:
    """A message so many seconds after the beginning."""
    written = (BEGIN + timedelta(seconds=after)).isoformat()
    return {"id": str(number), "author": {"id": author}, "timestamp": written, "type": 0, "flags": 0, **more}


def aside(number: int, *, after: float) -> Json:
    return {"id": number, "at": BEGIN.timestamp() + after, "text": "The application did not respond"}


def drawn(rows: list[Json]) -> list[str]:
    """Rows in few letters: a divider as its words, a message as its id, in brackets when it goes on, an aside."""
    words = []
    for row in rows:
        if row["kind"] == "divider":
            words.append(" ".join(filter(None, [row["day"], row["fresh"] and "new"])))
        elif row["kind"] == "aside":
            words.append(f"aside {row['aside']['id']}")
        else:
            words.append(f"({row['key']})" if row["grouped"] else row["key"])
    return words


@pytest.mark.parametrize(
    ("messages", "asides", "fresh", "rows"),
    [
        ([], [], None, []),
        ([message(1), message(2), message(3, "2")], [], None, ["21 November 2026", "1", "(2)", "3"]),
        (
            [message(1), message(2, after=13 * 3600)],
            [],
            None,
            ["21 November 2026", "1", "22 November 2026", "2"],
        ),
        (
            [message(1, after=43199), message(2, after=43200)],
            [],
            None,
            ["21 November 2026", "1", "22 November 2026", "2"],
        ),
        (
            [message(1), message(2), message(3)],
            [],
            "2",
            ["21 November 2026", "1", "new", "2", "(3)"],
        ),
        ([message(1), message(2)], [], "1", ["21 November 2026 new", "1", "(2)"]),
        ([message(1)], [], "404", ["21 November 2026", "1"]),
        (
            [message(1), message(2, after=20)],
            [aside(7, after=10)],
            None,
            ["21 November 2026", "1", "aside 7", "2"],
        ),
        ([message(1)], [aside(7, after=0)], None, ["21 November 2026", "1", "aside 7"]),
        ([], [aside(7, after=0)], None, ["21 November 2026", "aside 7"]),
        (
            [message(1)],
            [aside(7, after=86400)],
            None,
            ["21 November 2026", "1", "22 November 2026", "aside 7"],
        ),
    ],
)
async def test_days_and_what_is_new_divide_a_conversation(
    modules: Modules, messages: list[Json], asides: list[Json], fresh: str | None, rows: list[str]
) -> None:
    assert drawn(await modules.call("shell-log.rowsOf", messages, asides, fresh)) == rows


async def test_every_row_has_a_key_of_its_own(modules: Modules) -> None:
    messages = [message(n, after=n * 30000) for n in range(1, 9)]
    rows = await modules.call(
        "shell-log.rowsOf", messages, [aside(n, after=n * 70000) for n in range(1, 5)], "3"
    )
    keys = [each["key"] for each in rows]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("above", "below", "goes_on"),
    [
        (None, message(2), False),
        (message(1), message(2, after=419), True),
        (message(1), message(2, after=420), False),
        (message(1), message(2, "2"), False),
        (message(1), message(2, type=REPLY), False),
        (message(1, type=REPLY), message(2), True),
        (message(1), message(2, page={"asked": {"user": "1", "name": "/imagine"}}), False),
        (message(1), message(2, page={"asked": None}), True),
        (message(1), message(2, flags=EPHEMERAL), False),
        (message(1, flags=EPHEMERAL), message(2), False),
        (message(1, flags=EPHEMERAL), message(2, flags=EPHEMERAL | 1 << 15), True),
    ],
)
async def test_a_message_soon_after_another_of_the_same_author_goes_on_from_it(
    modules: Modules, above: Json | None, below: Json, goes_on: bool
) -> None:
    assert await modules.call("shell-log.goesOn", above, below) is goes_on


@pytest.mark.parametrize(
    ("last", "count"),
    [("1", 3), ("2", 2), ("4", 1), ("5", 0), ("3", 2), (None, 3)],
)
async def test_messages_of_others_are_counted_since_one_that_may_be_gone(
    modules: Modules, last: str | None, count: int
) -> None:
    messages = [message(1), message(2, "2"), message(4, "2"), message(5, "3")]
    assert await modules.call("shell-log.countAfter", messages, last, "1") == count


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"content": "Hello"}, "Hello"),
        ({}, ""),
        ({"content": None}, ""),
        ({"content": "", "components": [{"type": 1, "components": [{"type": 2, "label": "Cancel"}]}]}, ""),
        (
            {
                "components": [
                    {
                        "type": 17,
                        "components": [
                            {"type": 10, "content": "# A card"},
                            {"type": 9, "components": [{"type": 10, "content": "in a section"}], "accessory": {}},
                            {"type": 14},
                        ],
                    }
                ]
            },
            "# A card\n\nin a section",
        ),
        (
            {
                "content": "See:",
                "embeds": [
                    {
                        "title": "Title",
                        "description": "Words",
                        "fields": [{"name": "Steps", "value": "1000"}],
                        "footer": {"text": "Foot"},
                    },
                    {"image": {"url": "…"}},
                ],
            },
            "See:\n\nTitle\nWords\nSteps: 1000\nFoot",
        ),
    ],
)  # fmt: skip
async def test_the_text_of_a_message_is_found_wherever_it_stands(
    modules: Modules, given: Json, words: str
) -> None:
    assert await modules.call("shell-text.writtenIn", given) == words
