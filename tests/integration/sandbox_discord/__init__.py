"""Discord's sandbox against clients: bare sockets for its strictness, an unmodified discord.py for the whole."""
