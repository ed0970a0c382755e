"""Receipts of tickets that are pushed to their systems, and what became of each (S216-18.1)."""
