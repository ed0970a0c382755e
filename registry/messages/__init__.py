"""What came from the systems: packages and what was answered, for ever (S216-13a, S216-13b)."""
