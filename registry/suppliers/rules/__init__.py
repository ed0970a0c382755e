"""Format-logical control of suppliers against what is on record (S216-A2.1.4, S216-A2.4.9)."""
