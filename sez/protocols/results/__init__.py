"""Protocols of the results of open tenders and auctions (S216-9.4)."""
