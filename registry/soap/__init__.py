"""The Registry's SOAP door, one operation per scheme, and its client of a SEZ (S216-18.5)."""
