"""Everything the SEZ has about one object, as one file that proves itself (S216-12a)."""
