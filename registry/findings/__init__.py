"""What the hourly run finds in what came from systems, and what was done (S95-15.3, S216-18.7)."""
