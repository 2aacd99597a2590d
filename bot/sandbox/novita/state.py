"""Everything the service knows, shared by its endpoint modules. No sockets, no HTTP."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from bot.sandbox.clock import SandboxClock
from bot.sandbox.novita.accounts import Account
from bot.sandbox.novita.assets import Assets, Upload
from bot.sandbox.novita.rules import Pace, Prices, Strict
from bot.sandbox.novita.signing import Signer
from bot.sandbox.novita.tasks import Generation, Outcome, Training


@dataclass(slots=True, eq=False, kw_only=True)
class State:
    """The service's memory. `bucket` and `results` sign the links of the two asset hosts."""

    clock: SandboxClock
    pace: Pace
    strict: Strict
    prices: Prices
    bucket: Signer
    results: Signer
    keep_uploads: bool = False
    rate_limited: bool = False
    accounts: dict[str, Account] = field(default_factory=dict, repr=False)
    assets: Assets = field(default_factory=Assets)
    uploads: list[Upload] = field(default_factory=list)
    trainings: dict[str, Training] = field(default_factory=dict)
    generations: dict[str, Generation] = field(default_factory=dict)
    orders: int = 0
    scripted_trainings: list[Outcome] = field(default_factory=list)
    scripted_generations: list[Outcome] = field(default_factory=list)
    _ordered: asyncio.Event = field(default_factory=asyncio.Event)

    def open_account(self, name: str, *, credits_: int) -> Account:
        """A new customer with a key that looks like a real one."""
        account = Account(name=name, key=f"sk_{secrets.token_urlsafe(32)}", credits=credits_)
        self.accounts[account.key] = account
        return account

    def order_training(self, account: Account, training: Training) -> None:
        """Take the money and remember the training."""
        account.pay(self.prices.training)
        for asset in training.assets:
            asset.used = True
        if training.outcome is Outcome.SUCCEED and self.scripted_trainings:
            training.outcome = self.scripted_trainings.pop(0)
        account.trainings.append(training)
        self.trainings[training.id] = training
        self._count()

    def order_generation(self, account: Account, generation: Generation, *, price: int) -> None:
        """Take the money and remember the generation."""
        account.pay(price)
        if self.scripted_generations:
            generation.outcome = self.scripted_generations.pop(0)
        account.generations.append(generation)
        self.generations[generation.id] = generation
        self._count()

    def _count(self) -> None:
        self.orders += 1
        self._ordered.set()

    async def accepted(self, n: int) -> None:
        """Return once `n` paid orders were made in all."""
        while self.orders < n:
            self._ordered.clear()
            await self._ordered.wait()
