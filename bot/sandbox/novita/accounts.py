"""Accounts: a key, its money, what it ordered. Money is counted in credits (1/10,000 USD, novita-api §10)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.novita.errors import Refused
from bot.sandbox.novita.limits import Buckets
from bot.sandbox.novita.rules import CREDITS_PER_USD
from bot.sandbox.novita.tasks import Generation, Training


@dataclass(slots=True, eq=False, kw_only=True)
class Account:
    """One customer. `orders` counts the paid orders that were really made, answered or not."""

    name: str
    key: str = field(repr=False)
    credits: int
    spent_credits: int = 0
    orders: int = 0
    trainings: list[Training] = field(default_factory=list)
    generations: list[Generation] = field(default_factory=list)
    buckets: Buckets = field(default_factory=Buckets)

    @property
    def balance(self) -> float:
        """USD left."""
        return self.credits / CREDITS_PER_USD

    @property
    def spent(self) -> float:
        """USD spent so far."""
        return self.spent_credits / CREDITS_PER_USD

    def require(self, price: int) -> None:
        """Raise `Refused` when `price` credits cannot be paid."""
        if price > self.credits:
            raise Refused("BILLING_BALANCE_NOT_ENOUGH", "not enough balance, please recharge")

    def pay(self, price: int) -> None:
        """Take the money for one order."""
        self.require(price)
        self.credits -= price
        self.spent_credits += price
        self.orders += 1
