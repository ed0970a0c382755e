"""What all kinds of record have in common in the SEZ: signed versions, and whose they are."""
