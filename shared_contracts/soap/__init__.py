"""The endpoint and the client of SOAP, which both systems use alike (S216-18.5, S216-18.6)."""
