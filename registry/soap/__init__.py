"""The Registry's SOAP endpoint, one operation per scheme, and its client of a SEZ (S216-18.5)."""
