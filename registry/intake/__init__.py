"""A signed package through scheme 1, in the order of the law (S216-A2.1)."""
