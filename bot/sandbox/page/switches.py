"""The faults that the page can switch on: what each is called, what it does, and how it is undone.

Each is independent of the others and stays until it is switched off, unless it is momentary. How a fault looks on the
wire is decided by the two servers; nothing here speaks HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.sandbox.discord import NotOffered
from bot.sandbox.discord.faults import Fault as DiscordFault
from bot.sandbox.discord.faults import Faults as DiscordFaults
from bot.sandbox.novita.faults import ORDERS
from bot.sandbox.novita.faults import Fault as NovitaFault
from bot.sandbox.novita.faults import Faults as NovitaFaults
from bot.sandbox.page.protocol import FaultShown
from bot.sandbox.world import World

PROVIDER_DELAY: Final = 2.0
DISCORD_DELAY: Final = 1.5
"""Seconds; a first answer still fits into the three that Discord gives."""
PROVIDER_RETRY_AFTER: Final = 5
DISCORD_RETRY_AFTER: Final = 1.5


@dataclass(frozen=True, slots=True)
class Effect:
    """A fault that is on: how many requests met it, and how it is ended."""

    hits: Callable[[], int]
    end: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One fault in words, and the way to bring it about. `momentary`: it is over as soon as it happened."""

    name: str
    title: str
    about: str
    begin: Callable[[World], Awaitable[Effect]]
    momentary: bool = False


class Switches:
    """All switches of one world, and which of them are on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._on: dict[str, Effect] = {}
        self._hits = dict.fromkeys(SWITCHES, 0)
        self._turn = asyncio.Lock()

    def shown(self) -> list[FaultShown]:
        """Every fault as it stands; one that is off keeps the hits of the last time it was on."""
        return [
            FaultShown(
                name=each.name,
                title=each.title,
                about=each.about,
                on=each.name in self._on,
                hits=self._counted(each.name),
                momentary=each.momentary,
            )
            for each in SWITCHES.values()
        ]

    async def turn(self, name: str, *, on: bool) -> None:
        """Switch a fault on or off; as it is already is no mistake. Errors: `NotOffered` for an unknown name."""
        switch = SWITCHES.get(name)
        if switch is None:
            raise NotOffered(f"There is no fault named {name}.")
        async with self._turn:
            if switch.momentary:
                if on:
                    await switch.begin(self._world)
                    self._hits[name] += 1
            elif on and name not in self._on:
                self._on[name] = await switch.begin(self._world)
            elif not on and name in self._on:
                await self._on[name].end()
                self._hits[name] = self._counted(name)
                del self._on[name]
        self._world.discord.world.pulse.beat()

    def _counted(self, name: str) -> int:
        effect = self._on.get(name)
        return self._hits[name] if effect is None else effect.hits()


# --- how a fault is brought about -------------------------------------------------------------------------------


def _at_novita(*added: Callable[[NovitaFaults], NovitaFault]) -> Callable[[World], Awaitable[Effect]]:
    """Faults of the provider that stay until they are removed."""

    async def begin(world: World) -> Effect:
        faults = [add(world.novita.faults) for add in added]

        async def end() -> None:
            for fault in faults:
                world.novita.faults.remove(fault)

        return Effect(lambda: sum(fault.hits for fault in faults), end)

    return begin


def _at_discord(add: Callable[[DiscordFaults], DiscordFault]) -> Callable[[World], Awaitable[Effect]]:
    """The same of Discord's REST side."""

    async def begin(world: World) -> Effect:
        fault = add(world.discord.faults)

        async def end() -> None:
            world.discord.faults.remove(fault)

        return Effect(lambda: fault.struck, end)

    return begin


async def _nobody_listens(world: World) -> Effect:
    await world.novita.fall_silent()
    return Effect(lambda: 0, world.novita.listen_again)  # who is not there counts nothing


async def _downloads_wait(world: World) -> Effect:
    cdn = world.discord.cdn
    before = cdn.held
    cdn.hold()

    async def end() -> None:
        cdn.release()

    return Effect(lambda: cdn.held - before, end)


def _once(act: Callable[[World], None]) -> Callable[[World], Awaitable[Effect]]:
    """What happens in an instant and cannot be undone."""

    async def begin(world: World) -> Effect:
        if not world.discord.gateway.live:
            raise NotOffered("The bot is not connected to Discord.")
        act(world)
        return Effect(lambda: 1, _nothing)

    return begin


async def _nothing() -> None:
    pass


# --- the faults -------------------------------------------------------------------------------------------------

SWITCHES: Final = {
    switch.name: switch
    for switch in (
        Switch(
            name="provider-down",
            title="Provider is down",
            about="Nobody listens at the provider’s addresses: connections are refused.",
            begin=_nobody_listens,
        ),
        Switch(
            name="provider-slow",
            title="Provider is slow",
            about="Each request to its API takes two seconds longer.",
            begin=_at_novita(lambda faults: faults.slow(PROVIDER_DELAY, times=None)),
        ),
        Switch(
            name="provider-limits",
            title="Provider limits the rate",
            about="Each request to its API is answered 429, with Retry-After: 5.",
            begin=_at_novita(lambda faults: faults.too_many(retry_after=PROVIDER_RETRY_AFTER, times=None)),
        ),
        Switch(
            name="provider-errors",
            title="Provider shows error pages",
            about="Each request to its API is answered with a proxy’s page: 502 Bad Gateway.",
            begin=_at_novita(lambda faults: faults.html(502, times=None)),
        ),
        Switch(
            name="answers-lost",
            title="Answers to orders are lost",
            about="Orders are taken and paid, but the connection breaks before the answer: the outcome is unknown.",
            begin=_at_novita(lambda faults: faults.accept_and_drop(times=None)),
        ),
        Switch(
            name="uploads-refused",
            title="Uploads are refused",
            about="The bucket answers each training picture with 403 SignatureDoesNotMatch.",
            begin=_at_novita(lambda faults: faults.bad_signature(times=None)),
        ),
        Switch(
            name="trainings-stuck",
            title="Trainings are stuck in the queue",
            about="Every training is said to wait for its turn, for as long as this is on.",
            begin=_at_novita(lambda faults: faults.training_stands("QUEUING", times=None)),
        ),
        Switch(
            name="trainings-fail",
            title="Trainings fail",
            about="Every training that is asked about is said to have failed.",
            begin=_at_novita(lambda faults: faults.training_stands("FAILED", times=None)),
        ),
        Switch(
            name="no-money",
            title="Accounts are empty",
            about="The balance is said to be nothing, and orders are refused for want of money.",
            begin=_at_novita(
                lambda faults: faults.no_money(times=None),
                lambda faults: faults.refuse(
                    "BILLING_BALANCE_NOT_ENOUGH",
                    message="not enough balance, please recharge",
                    path=ORDERS,
                    method="POST",
                    times=None,
                ),
            ),
        ),
        Switch(
            name="discord-slow",
            title="Discord is slow",
            about="Each request of the bot to Discord takes a second and a half longer.",
            begin=_at_discord(lambda faults: faults.next("*", "", delay=DISCORD_DELAY, times=None)),
        ),
        Switch(
            name="discord-refuses",
            title="Discord refuses messages",
            about="The bot may write no new message in any channel: 403 Missing Permissions.",
            begin=_at_discord(
                lambda faults: faults.next(
                    "POST",
                    r"^/channels/\d+/messages$",
                    status=403,
                    code=50013,
                    message="Missing Permissions",
                    times=None,
                )
            ),
        ),
        Switch(
            name="discord-limits",
            title="Discord limits the rate",
            about="Messages and their edits are answered 429; first answers to people are not limited.",
            begin=_at_discord(
                lambda faults: faults.next(
                    "*", r"^/(channels|webhooks)/", retry_after=DISCORD_RETRY_AFTER, times=None
                )
            ),
        ),
        Switch(
            name="downloads-wait",
            title="Downloads do not come",
            about="Discord’s file host keeps every download waiting, those of this page’s pictures as well.",
            begin=_downloads_wait,
        ),
        Switch(
            name="gateway-cut",
            title="Cut the gateway",
            about="The bot’s connection breaks without a word; it has to come back and resume.",
            begin=_once(lambda world: world.discord.gateway.cut()),
            momentary=True,
        ),
        Switch(
            name="gateway-reconnect",
            title="Ask for a reconnect",
            about="Discord asks the bot to connect anew and to resume, as it does every few hours.",
            begin=_once(lambda world: world.discord.gateway.reconnect()),
            momentary=True,
        ),
        Switch(
            name="gateway-invalid",
            title="Declare the session invalid",
            about="Discord forgets the bot’s session: it has to identify itself anew.",
            begin=_once(lambda world: world.discord.gateway.invalidate()),
            momentary=True,
        ),
    )
}
