"""What must hold after every story, whatever happened in it: nothing leaked, nothing failed, cards left in peace."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.sandbox.world import World
from tests.openapi import Judge

Entry = dict[str, Any]

EVERY = 5.0
"""Seconds that a card is left alone after the bot has edited it by itself."""


def nothing_leaked(world: World) -> None:
    """No key, token or prompt where it does not belong."""
    log = world.bot.log.read_text()
    sent = json.dumps(world.discord.exchanges.entries)
    for key in world.novita.keys:
        assert key not in log, "a key in the log"
        assert key not in sent, "a key was sent to Discord"
    assert world.discord.token not in log, "the bot's token in the log"
    assert not [each for each in world.novita.generations if each.paintings[0].prompt in log], (
        "a prompt in the log"
    )
    assert world.novita.leaks == [], "an Authorization header for an asset host"


def nothing_failed(world: World) -> None:
    """No traceback, and no first answer that came too late."""
    log = world.bot.log.read_text()
    assert "Traceback" not in log, log
    assert " ERROR " not in log, log
    callbacks = [each for each in world.discord.exchanges.entries if each["path"].endswith("/callback")]
    late = [each for each in callbacks if (each["response"] or {}).get("code") == 10062]
    assert not late, "an answer after three seconds"


def nobody_called(world: World) -> None:
    """No message of the bot's calls anybody, neither when it was written nor after an edit."""
    discord = world.discord.world
    posts = [
        post
        for channel in discord.channels()
        for post in channel.posts.values()
        if post.author is discord.bot
    ]
    assert not [post.components for post in posts if post.mentions or post.mention_everyone]


def cards_in_peace(world: World) -> None:
    """No card was edited twice within five seconds by the bot itself, nor by one process to what it showed already."""
    versions: dict[str, list[_Version]] = defaultdict(list)
    for version in _versions(world.discord.exchanges.entries):
        versions[version.message].append(version)
    for message, shown in versions.items():
        for before, after in itertools.pairwise(shown):
            vain = after.unasked and before.process == after.process and before.face == after.face
            assert not vain, f"message {message} was edited to what it showed: {after.face}"
        own = [version.at for version in shown[1:] if version.unasked]
        gaps = [later - earlier for earlier, later in itertools.pairwise(own)]
        assert not gaps or min(gaps) >= EVERY - 0.05, f"message {message} was edited after {gaps} s"


def judged(world: World, path: str) -> None:
    """Every exchange is as Discord's own description says. The same registration of commands is judged once."""
    entries = [each for each in world.discord.exchanges.entries if not _was_judged(each)]
    assert _judge(path).check(entries) == []
    _registrations.update(json.dumps(each["body"]) for each in entries if each["method"] == "PUT")


_registrations: set[str] = set()


def _was_judged(entry: Entry) -> bool:
    return entry["method"] == "PUT" and json.dumps(entry["body"]) in _registrations


@dataclass(frozen=True, slots=True)
class _Version:
    """What a message showed from a moment on. `unasked`: the bot did it by itself. `process` counts its starts."""

    message: str
    at: float
    process: int
    unasked: bool
    face: str


def _versions(entries: list[Entry]) -> Iterator[_Version]:
    process = 0
    for entry in entries:
        body, response = entry["body"] or {}, entry["response"]
        process += entry["path"] == "/users/@me"
        if entry["status"] not in (200, 201) or not isinstance(response, dict):
            continue
        if entry["path"].endswith("/callback") and body["type"] in (4, 7):
            message = response["interaction"].get("response_message_id")
            if message is None:  # a Discord of few words
                continue
            yield _Version(message, entry["at"], process, False, _face(body.get("data") or {}))
        elif entry["method"] in ("POST", "PATCH") and "components" in body:
            face = _face(body)
            result = "result of `" in face  # it may take the card's place, whenever it comes
            yield _Version(response["id"], entry["at"], process, not result, face)


def _face(body: Entry) -> str:
    return json.dumps([body.get("components"), body.get("attachments") or []], sort_keys=True)


@lru_cache
def _judge(path: str) -> Judge:
    return Judge(path)
