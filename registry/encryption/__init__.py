"""Keys by which systems under order 95 encipher what they send (S95-15.1a, S95-15.1b)."""
