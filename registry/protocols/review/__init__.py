"""Protocols of the review of bids on record (S216-9.2)."""
