"""Format-logical control against what the Registry knows (S216-A2.1.4)."""
