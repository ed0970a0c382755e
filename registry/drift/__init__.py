"""What systems say of themselves, against what their act fixed (S216-11a, S95-17)."""
