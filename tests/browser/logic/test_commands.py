"""Which commands there are, which fit what is typed, and why there may be none."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.browser.logic.modules import Modules

Json = dict[str, Any]

SUBCOMMAND, GROUP = 1, 2

REGISTERED: Final[list[Json]] = [
    {
        "name": "train",
        "description": "",
        "application_id": "7",
        "options": [
            {"type": SUBCOMMAND, "name": "subject", "description": "Something", "options": [{"name": "name"}]},
            {"type": SUBCOMMAND, "name": "style", "description": "A look"},
        ],
    },
    {"type": 1, "name": "imagine", "description": "Paint", "application_id": "7", "options": []},
    {"type": 2, "name": "Their LoRAs", "application_id": "7"},
    {"type": 3, "name": "Train from this", "application_id": "7"},
    {
        "name": "loras",
        "application_id": "8",
        "options": [
            {"type": GROUP, "name": "shared", "options": [{"type": SUBCOMMAND, "name": "list", "description": "All"}]}
        ],
    },
]  # fmt: skip


def named(*paths: str) -> list[Json]:
    """Commands of these paths, with nothing else about them."""
    return [{"path": path, "app": "7", "options": []} for path in paths]


async def test_slash_commands_are_spelt_out_with_their_subcommands_in_the_order_of_their_names(
    modules: Modules,
) -> None:
    offered = await modules.call("commands.flatten", REGISTERED)
    assert [each["path"] for each in offered] == [
        "/imagine",
        "/loras shared list",
        "/train subject",
        "/train style",
    ]
    assert offered[1] == {
        "path": "/loras shared list",
        "description": "All",
        "app": "8",
        "options": [],
    }
    assert offered[2]["options"] == [{"name": "name"}]


async def test_commands_stand_under_the_app_they_belong_to(modules: Modules) -> None:
    offered = [{"app": "7", "path": "/a"}, {"app": "8", "path": "/b"}, {"app": "7", "path": "/c"}]
    apps = await modules.call("commands.byApp", offered)
    assert [(each["app"], [one["path"] for one in each["commands"]]) for each in apps] == [
        ("7", ["/a", "/c"]),
        ("8", ["/b"]),
    ]


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("/", ""),
        ("/tra", "tra"),
        ("/TRAIN Subject", "train subject"),
        ("/ tra", "tra"),
        ("/train ", "train "),
        ("", None),
        ("train", None),
        (" /train", None),
        ("/me says\nsomething", None),
    ],
)
async def test_a_command_is_sought_while_a_single_line_begins_with_a_slash(
    modules: Modules, text: str, sought: str | None
) -> None:
    assert await modules.call("commands.soughtIn", text) == sought


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("", ["/help", "/key set", "/retrain", "/train style", "/train subject"]),
        ("tra", ["/train style", "/train subject", "/retrain"]),
        ("s", ["/key set", "/train style", "/train subject"]),
        ("sub", ["/train subject"]),
        ("train s", ["/train style", "/train subject"]),
        ("train su", ["/train subject"]),
        ("key ", ["/key set"]),
        ("paint", []),
    ],
)
async def test_commands_that_begin_so_come_before_those_that_only_hold_it(
    modules: Modules, sought: str, found: list[str]
) -> None:
    offered = named("/help", "/key set", "/retrain", "/train style", "/train subject")
    ranked = await modules.call("commands.ranked", offered, sought)
    assert [each["path"] for each in ranked] == found


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/imagine ", "/imagine"),
        ("/Train Subject ", "/train subject"),
        ("/imagine", None),
        ("/train ", None),
        ("imagine ", None),
        (" ", None),
    ],
)
async def test_a_command_begins_once_it_is_spelt_out_with_a_space(
    modules: Modules, text: str, path: str | None
) -> None:
    found = await modules.call("commands.speltOut", named("/imagine", "/train subject"), text)
    assert (found and found["path"]) == path


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ({}, "Easel offers no commands here."),
        ({"may": False}, "You may not use commands in this channel."),
        ({"may": False, "locked": True}, "This thread is locked: no commands in here."),
        (
            {"bot": False},
            (
                "Easel is not in this server, and is not among your own apps. "
                "Open your own menu (bottom left) and switch on Carry Easel along."
            ),
        ),
        ({"bot": False, "installed": True}, "Easel is among your apps, but offers no commands here."),
        ({"recipients": ["9"]}, "Easel offers no commands here."),
        (
            {"recipients": ["1"]},
            (
                "Easel has no part in this conversation, and is not among your own apps. "
                "Open your own menu (bottom left) and switch on Carry Easel along."
            ),
        ),
    ],
)
async def test_it_is_said_why_no_command_is_offered(modules: Modules, where: Json, why: str) -> None:
    given = {
        "channel": {
            "may": {"run": where.get("may", True)},
            "locked": where.get("locked", False),
            "recipients": where.get("recipients", []),
        },
        "guild": None if "recipients" in where else {"bot": where.get("bot", True)},
        "app": {"id": "9", "name": "Easel"},
        "installed": where.get("installed", False),
    }
    assert await modules.call("commands.whyNone", given) == why


@pytest.mark.parametrize(
    ("may", "guild", "recipients", "installed", "helps"),
    [
        (True, {"bot": False}, [], False, True),
        (True, {"bot": False}, [], True, False),
        (True, {"bot": True}, [], False, False),
        (False, {"bot": False}, [], False, False),
        (True, None, ["1"], False, True),
        (True, None, ["1", "9"], False, False),
    ],
)
async def test_carrying_the_app_along_helps_where_it_is_not_and_commands_are_allowed(
    modules: Modules, may: bool, guild: Json | None, recipients: list[str], installed: bool, helps: bool
) -> None:
    given = {
        "channel": {"may": {"run": may}, "recipients": recipients},
        "guild": guild,
        "app": {"id": "9", "name": "Easel"},
        "installed": installed,
    }
    assert await modules.call("commands.helpsToInstall", given) is helps
