"""What the providers decide without a socket: retries, meanings, forms."""
