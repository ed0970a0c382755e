"""The event log: facts in the order of their commit, chained, with their evidence (S216-12)."""
