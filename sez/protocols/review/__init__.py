"""Protocols of the review of bids (S216-9.2)."""
