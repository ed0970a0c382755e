"""What administrators do with this SEZ, as far as it is no event of an object (S216-9.6)."""
