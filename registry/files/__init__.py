"""Tender documentation beside the XML: asked for, taken, kept under its SHA-256 (S216-18.5)."""
