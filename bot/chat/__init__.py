"""Discord, spoken here and in `cogs`: the client, what every card looks like, every sentence for what goes wrong."""
