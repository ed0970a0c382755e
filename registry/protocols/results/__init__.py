"""Protocols of the results of open tenders and auctions on record (S216-9.4)."""
