"""What the Registry audits in this SEZ, and what it is answered (S216-12, S216-A2.6)."""
