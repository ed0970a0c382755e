"""Whether a signer's certificate may be believed: chain, revocation, time stamps (S216-A2.1.3)."""
