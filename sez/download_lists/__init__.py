"""Lists of those who took the documentation, as the SEZ forms and signs them (S216-A3.1f)."""
