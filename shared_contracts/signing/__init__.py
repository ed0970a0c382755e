"""Signatures: who signed what, and whether that may be believed (S95-4, S216-3, S216-A2.1.3)."""
