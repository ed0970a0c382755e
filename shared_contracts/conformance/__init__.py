"""Conformance kits: cases that know the contract alone, and what runs them (S216-8, S216-9)."""
