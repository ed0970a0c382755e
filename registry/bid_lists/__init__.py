"""Lists of bids as the Registry knows them: sealed, final, opened, deleted (S216-A3.1e)."""
