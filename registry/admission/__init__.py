"""A system asks to be connected: from its application to the act (S216-3 to 8, 10, 11; S95)."""
