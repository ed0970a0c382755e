"""Trees of checksums over the newest versions on record, for each system (S216-9.7, S216-12a)."""
