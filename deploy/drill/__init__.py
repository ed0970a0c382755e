"""Tampers with both stores as a dishonest administrator would, and shows which audit finds it."""
