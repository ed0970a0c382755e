"""The SEZ's clock against the Registry's (S216-A3.3, S216-13c)."""
