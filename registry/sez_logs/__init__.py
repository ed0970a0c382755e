"""The logs of the systems as the Registry watches them: they may only grow (S216-12b)."""
