"""The register of systems: who may transmit, since when, on which conditions (S216-10, S216-11)."""
