"""What must hold after every story, whatever happened in it: nothing leaked, nothing failed, cards left in peace."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
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
    assert not [each for each in world.novita.generations if each.paintings[0].prompt in log], "a prompt in the log"
    assert world.novita.leaks == [], "an Authorization header for an asset host"


def nothing_failed(world: World) -> None:
    """No traceback, and no first answer that came too late."""
    log = world.bot.log.read_text()
    assert "Traceback" not in log, log
    assert " ERROR " not in log, log
    callbacks = [each for each in world.discord.exchanges.entries if each["path"].endswith("/callback")]
    late = [each for each in callbacks if (each["response"] or {}).get("code") == 10062]
    assert not late, "an answer after three seconds"


def cards_in_peace(world: World) -> None:
    """No card was edited twice within five seconds by the bot itself, nor ever to what it showed already."""
    versions: dict[str, list[tuple[float, bool, str]]] = defaultdict(list)
    for message, shown in _shown(world.discord.exchanges.entries):
        versions[message].append(shown)
    for message, shown in versions.items():
        for (_, _, before), (_, own, after) in zip(shown, shown[1:], strict=False):
            assert not own or before != after, f"message {message} was edited to what it showed: {after}"
        own = [at for at, by_itself, _ in shown[1:] if by_itself]
        gaps = [later - earlier for earlier, later in zip(own, own[1:], strict=False)]
        assert not gaps or min(gaps) >= EVERY - 0.05, f"message {message} was edited after {gaps} s"


def judged(world: World, path: str) -> None:
    """Every exchange is as Discord's own description says."""
    assert _judge(path).check(world.discord.exchanges.entries) == []


def _shown(entries: list[Entry]) -> Iterator[tuple[str, tuple[float, bool, str]]]:
    """(message, (when, whether the bot did it unasked, what it shows)) for every version of every message."""
    for entry in entries:
        if entry["status"] not in (200, 201) or not isinstance(entry["response"], dict):
            continue
        body, response = entry["body"] or {}, entry["response"]
        if entry["path"].endswith("/callback") and body["type"] in (4, 7):
            message = response["interaction"]["response_message_id"]
            yield message, (entry["at"], False, _face(body.get("data") or {}))
        elif entry["method"] in ("POST", "PATCH") and "components" in body:
            result = "result of `" in _face(body)  # it may take the card's place, whenever it comes
            yield response["id"], (entry["at"], not result, _face(body))


def _face(body: Entry) -> str:
    return json.dumps([body.get("components"), body.get("attachments") or []], sort_keys=True)


@lru_cache
def _judge(path: str) -> Judge:
    return Judge(path)
