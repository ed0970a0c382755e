"""Notices of the Registry, taken, kept with their bytes, and listed (S216-14, S216-A2.5.2)."""
