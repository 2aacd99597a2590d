"""A Discord on loopback sockets, strict enough that an unmodified discord.py cannot tell, and its people.

    async with DiscordServer() as discord:
        cats = discord.guild("Cats")
        ada = discord.person("ada").at(cats.text_channel("studio"))
        …                                   # start the bot with discord.api_url, gateway_url, token
        await discord.gateway.connected()
        exchange = await ada.runs("/train subject", name="mara", picture1=Path("1.png"))
        await ada.clicks("Train")
        await ada.sees("is ready")

The map, from what exists to who uses it:

    state, pulse, links, media, permissions     what exists; waiting; signed links; files; permission bits
    kinds, wire, wire_messages,                 its numbers by name; the same as Discord's JSON
    components, payloads
    refusals, rules/                            what Discord refuses, and the form that says why
    posting, interactions                       messages written and rewritten; answers, tokens, follow-ups
    bodies, routes/, rest, limits, faults       REST: bodies, routes, what surrounds them, 429s, misbehaviour
    exchanges                                   the log that the judge of the official description reads
    events, compression, gateway, cdn           the gateway and the CDN
    abilities, client                           what a person may do in a place, and what their client sends
    people, exchange, views                     the person, what came of what they did, what they see
    server                                      all of it on one socket
"""

from bot.sandbox.discord.abilities import NotOffered
from bot.sandbox.discord.exchange import Exchange, ModalView
from bot.sandbox.discord.people import NoAnswer, Person
from bot.sandbox.discord.server import DiscordServer
from bot.sandbox.discord.state import Channel, Guild
from bot.sandbox.discord.views import Attachment, Button, Message, render

__all__ = [
    "Attachment",
    "Button",
    "Channel",
    "DiscordServer",
    "Exchange",
    "Guild",
    "Message",
    "ModalView",
    "NoAnswer",
    "NotOffered",
    "Person",
    "render",
]
