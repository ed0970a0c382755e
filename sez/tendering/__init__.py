"""Purchases as the SEZ runs them: drafted, signed, announced, changed, ended (S216-9.1)."""
