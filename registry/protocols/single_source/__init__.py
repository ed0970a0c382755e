"""Protocols of purchases from a single source on record (S216-9.3)."""
