"""The commands, one cog a noun. A cog holds its services and nothing else; it does not know the other cogs."""

from __future__ import annotations

from typing import Final

EXTENSIONS: Final = ("cogs.keys", "cogs.train", "cogs.imagine", "cogs.status", "cogs.loras", "cogs.help")
"""In the order in which they are loaded."""
