"""All services in one value, for those who hand them out: the app to the cogs, a cog's `setup` to its cog."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.catalogue import Catalogue
from bot.services.desk import Desk
from bot.services.library import Library
from bot.services.painting import Painting
from bot.services.tokens import Tokens
from bot.services.training import Training
from bot.services.vault import Vault


@dataclass(frozen=True, slots=True)
class Services:
    """What the cogs can do."""

    catalogue: Catalogue
    desk: Desk
    library: Library
    painting: Painting
    tokens: Tokens
    training: Training
    vault: Vault
