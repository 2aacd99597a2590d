"""The verbs of the product: keep a key, order a training or a painting and take it a step further, own LoRAs.

A service decides and stores; it knows providers and the database, and nothing of Discord.
"""
