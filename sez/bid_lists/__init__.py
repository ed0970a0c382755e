"""Lists of bids as the SEZ forms and signs them (S216-A3.1e)."""
