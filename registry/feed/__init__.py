"""The log for followers outside: every event once, in order, none skipped (S216-2.1)."""
