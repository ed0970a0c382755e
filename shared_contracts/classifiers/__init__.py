"""The five classifiers as both sides ask them: editions, codes on a day (S216-17, S216-A4.1-5)."""
