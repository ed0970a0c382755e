"""Protocols of purchases on record: review, results, single source (S216-9.2-4, S216-A3.1g-i)."""
