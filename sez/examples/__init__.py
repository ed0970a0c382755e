"""Purchases made up from real codes, for the stand, the demonstration and vendors' first steps."""
