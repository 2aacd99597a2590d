"""The places and people a newcomer meets: two servers, a group, and three people to look as.

Ada is a member where the bot is one too, Bo manages that server, and Cy, a stranger there, knows the bot only as an
app to carry along. Nothing here knows the page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.discord import DiscordServer, Person
from bot.sandbox.novita import Pace
from bot.sandbox.world import QUICK, World, open_world

CALM = Pace(
    queue_seconds=4,
    training_seconds=38,
    deploying_seconds=3,
    paint_queue_seconds=1,
    painting_seconds=5,
)
"""Slow enough to watch, quick enough to wait for."""

PACES = {"calm": CALM, "quick": QUICK}


@dataclass(frozen=True, slots=True)
class Resident:
    """A person to look as. `about`: who they are, in a few words."""

    person: Person
    about: str


@dataclass(frozen=True, slots=True)
class Street:
    """The world, and who can be looked as in it; the first one is looked as at first."""

    world: World
    residents: tuple[Resident, ...]

    @property
    def discord(self) -> DiscordServer:
        return self.world.discord


@asynccontextmanager
async def open_street(folder: Path, *, pace: Pace = CALM) -> AsyncIterator[Street]:
    """The street, with a bot that is not started yet. Everything is written below `folder`."""
    async with open_world(folder, pace=pace, keep_uploads=True, moved=True) as world:
        yield furnished(world)


def furnished(world: World) -> Street:
    """Put the places and people into a fresh world."""
    world.discord.world.bot.name = "Easel"
    _atelier(world)
    _elsewhere(world)
    for person in (world.ada, world.bo, world.cy):
        world.discord.world.dm(person.user)
    world.ada.group(world.bo, world.cy, name="Sunday painters")
    return Street(
        world,
        (
            Resident(world.ada, "member of The Atelier"),
            Resident(world.bo, "manages The Atelier"),
            Resident(world.cy, "a stranger there, carries the app along"),
        ),
    )


def _atelier(world: World) -> None:
    """The server with the bot. In #backstage the bot may see nothing, which is worth trying."""
    guild = world.guild
    guild.owner.name = "Dot"
    guild.leave(world.cy)
    guild.grant(
        world.bo,
        "MANAGE_GUILD",
        "MANAGE_CHANNELS",
        "MANAGE_MESSAGES",
        "MANAGE_THREADS",
        name="Curators",
    )
    guild.grant(world.ada, name="Painters")
    world.channel.topic = "Train with /train, paint with /imagine"
    world.channel.thread("sketches", owner=world.ada.user)
    guild.text_channel("lounge", topic="For talk; Easel’s commands work here too")
    backstage = guild.text_channel(
        "backstage", topic="Easel may neither see nor write here: run a command, and see how it reaches you"
    )
    guild.deny(backstage, "VIEW_CHANNEL", "SEND_MESSAGES")
    guild.text_channel(
        "after-dark", topic="Age-restricted: no picture is checked, so none is withheld here", nsfw=True
    )


def _elsewhere(world: World) -> None:
    """A server without the bot: only who carries the app along can use it there."""
    guild = world.discord.guild("Elsewhere", bot=False)
    guild.owner.name = "Eli"
    guild.text_channel(
        "chat", topic="Easel is not in this server: only people who carry it along can use it here"
    )
    world.cy.installs()
    for person in (world.cy, world.ada):
        guild.join(person)
