"""The list of goods, works and services that the Registry forms of what was bought (S216-2.1d)."""
