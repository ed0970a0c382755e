"""The Registry: receives, checks, records, answers (S216-2.1, S216-13)."""
