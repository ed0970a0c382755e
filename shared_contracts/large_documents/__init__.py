"""Documents of more parts than a tree or an event holds: read in slices (S216-18.5)."""
