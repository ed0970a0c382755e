"""What is due to the Registry, since when, and what it answered (S216-18.2, S216-18.3)."""
