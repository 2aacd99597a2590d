"""The way in: the network front's User-Agent rule and the API key (novita-api §1, §15.1)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.novita.accounts import Account
from bot.sandbox.novita.errors import Refused


def account_of(headers: Mapping[str, str], accounts: Mapping[str, Account]) -> Account:
    """The account whose key the Authorization header carries.

    With or without `Bearer`, and with the stray `;` of two documented examples. Raises `Refused`.
    """
    given = headers.get("Authorization", "").strip()
    key = given.removeprefix("Bearer").strip().rstrip(";").strip()
    if not key:
        raise Refused("MISSING_API_KEY", "api key is missing")
    if (account := accounts.get(key)) is None:
        raise Refused("INVALID_API_KEY", "invalid api-key")
    return account
