"""Merkle tree and signed checkpoints (RFC 9162, C2SP)."""
