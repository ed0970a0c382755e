"""What all kinds of record have in common in the Registry: versions, facts, rules (S216-12a)."""
