"""Discord's permission bits by name, and how they add up in a channel.

Source: discord-platform §6, §7; the order of overwrites is everyone, roles, member.
"""

from __future__ import annotations

from collections.abc import Iterable

BITS: dict[str, int] = {
    "ADMINISTRATOR": 1 << 3,
    "MANAGE_CHANNELS": 1 << 4,
    "MANAGE_GUILD": 1 << 5,
    "ADD_REACTIONS": 1 << 6,
    "VIEW_CHANNEL": 1 << 10,
    "SEND_MESSAGES": 1 << 11,
    "MANAGE_MESSAGES": 1 << 13,
    "EMBED_LINKS": 1 << 14,
    "ATTACH_FILES": 1 << 15,
    "READ_MESSAGE_HISTORY": 1 << 16,
    "MENTION_EVERYONE": 1 << 17,
    "USE_EXTERNAL_EMOJIS": 1 << 18,
    "USE_APPLICATION_COMMANDS": 1 << 31,
    "MANAGE_THREADS": 1 << 34,
    "CREATE_PUBLIC_THREADS": 1 << 35,
    "SEND_MESSAGES_IN_THREADS": 1 << 38,
    "USE_EXTERNAL_APPS": 1 << 50,
}


def bits(*names: str) -> int:
    """The sum of the named permissions; names in any case. KeyError for a name Discord does not have."""
    total = 0
    for name in names:
        total |= BITS[name.upper()]
    return total


EVERYTHING = bits(*BITS)
EVERYONE = EVERYTHING & ~bits(
    "ADMINISTRATOR", "MANAGE_CHANNELS", "MANAGE_GUILD", "MANAGE_MESSAGES", "MANAGE_THREADS"
)
"""What a new server's @everyone role may do."""

ELSEWHERE = bits("ATTACH_FILES", "EMBED_LINKS", "MENTION_EVERYONE")
"""`app_permissions` in DMs and groups of other people (discord-platform §6)."""


def combined(*, base: int, overwrites: Iterable[tuple[int, int]]) -> int:
    """Permissions after each (deny, allow) pair in turn; an administrator is denied nothing."""
    if base & BITS["ADMINISTRATOR"]:
        return EVERYTHING
    total = base
    for deny, allow in overwrites:
        total = (total & ~deny) | allow
    if not total & BITS["VIEW_CHANNEL"]:
        return 0
    return total
