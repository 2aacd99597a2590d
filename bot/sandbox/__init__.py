"""The world outside, on loopback and without accounts: a Discord, a Novita, and the people who use the bot.

May import everything; nothing in production imports it.
"""
