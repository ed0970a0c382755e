"""Tender documentation as it is uploaded here, kept under its SHA-256."""
