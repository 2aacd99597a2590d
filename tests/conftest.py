"""For every test: no deadline on a busy machine, and discord.py's one warning out of the way."""

from __future__ import annotations

import warnings

from hypothesis import settings

settings.register_profile("easel", deadline=None)
settings.load_profile("easel")

with warnings.catch_warnings():
    # it imports a module that Python 3.11 warns of; in tests a warning is an error
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord  # noqa: F401
