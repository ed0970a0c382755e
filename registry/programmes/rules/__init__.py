"""Format-logical control of programmes against what the Registry knows (S216-A2.7.4)."""
