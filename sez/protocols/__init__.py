"""Protocols of purchases as this SEZ draws them up, signed by all members (S216-9.2-4)."""
