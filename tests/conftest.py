"""For every test: the same examples at every run, no deadline on a busy machine, discord.py's one warning."""

from __future__ import annotations

import warnings

from hypothesis import settings

settings.register_profile("easel", deadline=None, derandomize=True, database=None)
settings.load_profile("easel")

with warnings.catch_warnings():
    # it imports a module that Python 3.11 warns of; in tests a warning is an error
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord  # noqa: F401
