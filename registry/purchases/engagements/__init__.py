"""Whom purchases need among the participants until they have ended (F-SUP-6)."""
