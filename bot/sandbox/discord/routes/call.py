"""One REST call as a handler sees it, and what it may return."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.sandbox.discord.bodies import Incoming
from bot.sandbox.discord.interactions import Desk
from bot.sandbox.discord.refusals import Form
from bot.sandbox.discord.state import World
from bot.sandbox.discord.wire import Json


@dataclass(frozen=True, slots=True)
class Call:
    """`path` are the parameters of the route, `incoming` the body as read."""

    world: World
    desk: Desk
    path: Mapping[str, str]
    query: Mapping[str, str]
    incoming: Incoming
    gateway_url: str

    def number(self, name: str) -> int:
        """A snowflake of the path. Refused (50035) when it is none."""
        value = self.path[name]
        if not value.isdigit():
            form = Form()
            form.wrong((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
            form.settle()
        return int(value)

    def flag(self, name: str) -> bool:
        """A boolean of the query."""
        return self.query.get(name, "").lower() in ("1", "true")


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` None means no content."""

    status: int
    body: Json | list[Json] | None = None


Handler = Callable[[Call], Awaitable[Answer]]


def ok(body: Json | list[Json]) -> Answer:
    return Answer(200, body)


NOTHING = Answer(204)
