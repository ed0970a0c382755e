"""Audits of systems: ordered, obtained page by page, compared with what is on record (S216-12)."""
