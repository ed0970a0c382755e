"""Purchase programmes in the Registry: annual and medium-term (S216-9.8)."""
