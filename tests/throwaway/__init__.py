"""A kind of record that only a test knows, as a folder of its own."""
