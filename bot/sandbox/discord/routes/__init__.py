"""The REST routes (discord-emulator §3): channels, webhooks with callbacks, commands, accounts, CDN.

A route handler takes a `Call` and returns what to answer; `rest` does everything around it.
"""
