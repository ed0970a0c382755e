"""What strangers left behind: kept for a while, outside the log, within bounds (S216-18.7)."""
