"""Suppliers as the Registry knows them: their cards, and queries on them (S216-2.1b, S216-A2.4)."""
