"""The gallery: every kind of component that discord.py can send, and every card of Easel in every state.

hall                   what `GET /gallery.json` answers
stage                  the world of its own that its messages are written into
texts, parts, forms    messages and forms written by hand, through Discord's own checks
cards, jobs, answers   Easel's: its cards, the jobs that they show, what its commands answer
pictures               the files that messages carry
"""

from bot.sandbox.page.gallery.hall import Gallery

__all__ = ["Gallery"]
