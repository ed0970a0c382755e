"""Scheme 2: what the Registry lacks or has otherwise, asked for and supplied (S216-A2.2)."""
