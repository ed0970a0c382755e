"""Purchases as the Registry knows them: announced, changed, extended, deleted (S216-9.1)."""
