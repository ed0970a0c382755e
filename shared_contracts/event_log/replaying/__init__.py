"""Rebuilds from the events alone what stands beside them, and compares it with what is there."""
