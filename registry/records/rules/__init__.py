"""Format-logical control against what the Registry knows: what every kind keeps (S216-A2.1.4)."""
