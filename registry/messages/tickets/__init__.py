"""Packages that wait under tickets: the queue of the asynchronous mode (S216-18.1)."""
