"""Notices to systems: formed, sent until they are taken, listed (S216-A2.5, S216-A3.5)."""
