"""Format-logical control of purchases against what the Registry knows (S216-A2.1.4)."""
