"""Kinds of record in the contract, a module for each; their table is ``messages.kinds``."""
