"""Checks a log from the outside: its chain, checkpoints, evidence, and its store."""
