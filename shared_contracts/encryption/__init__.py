"""Messages enciphered by a key from the authority's passphrase (S95-15.1a, S95-15.1b)."""
