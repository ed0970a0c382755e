"""Trees of checksums over the objects of each type, equal on both sides (S216-9.7, S216-12)."""
