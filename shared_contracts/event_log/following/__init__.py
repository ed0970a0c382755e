"""Projections: what is shown is made from the log in batches, and readers wait for commits."""
