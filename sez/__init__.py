"""The SEZ: tenders, and reports to the Registry within the hour (S216-3, S216-18.3)."""
