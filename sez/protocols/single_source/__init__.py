"""Protocols of purchases from a single source (S216-9.3)."""
