"""Suppliers in the SEZ: cards drafted, asked about, chosen, signed (S216-A2.4, S216-A3.1j-l)."""
