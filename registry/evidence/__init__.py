"""Everything the Registry has about one object, as one file that proves itself (S216-12a)."""
