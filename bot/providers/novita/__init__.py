"""Novita (novita-api): the wire's forms, its errors' meaning, and the `Provider` made of both.

Nothing outside this package sees a wire model, a status word or a `reason`.
"""

from bot.providers.novita.provider import NovitaProvider

__all__ = ["NovitaProvider"]
