"""The Registry's log as this SEZ watches it: it may only grow (S216-12a, S216-13b)."""
