"""A document is formed: its act, the rules, the users' signatures, its place in the log (S95-4)."""
