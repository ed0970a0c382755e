"""The SEZ's SOAP endpoint, and its client of the Registry (S216-18.5)."""
