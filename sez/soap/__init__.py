"""The SEZ's SOAP door, and its client of the Registry (S216-18.5)."""
