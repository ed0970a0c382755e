"""Lists of those who took the documentation, as the Registry knows them (S216-A3.1f)."""
