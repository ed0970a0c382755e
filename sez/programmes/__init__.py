"""Purchase programmes in the SEZ: drafted elsewhere, signed, sent, changed (S216-9.8)."""
