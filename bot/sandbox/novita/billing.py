"""The account's money: `GET /v3/user` and `GET /openapi/v1/billing/balance/detail` (novita-api §10)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.sandbox.novita.calls import Call, Endpoint
from bot.sandbox.novita.replies import Reply, of_json
from bot.sandbox.novita.state import State


async def user(state: State, call: Call) -> Reply:
    """The balance as a number, in 1/10,000 USD."""
    return of_json({"allow_features": [], "credit_balance": call.account.credits, "free_trial": {}})


async def balance_detail(state: State, call: Call) -> Reply:
    """The same money as strings."""
    money = str(call.account.credits)
    return of_json(
        {"availableBalance": money, "cashBalance": money, "creditLimit": "0", "outstandingInvoices": "0"}
    )


ENDPOINTS: Mapping[tuple[str, str], Endpoint] = MappingProxyType(
    {("GET", "/v3/user"): user, ("GET", "/openapi/v1/billing/balance/detail"): balance_detail}
)
