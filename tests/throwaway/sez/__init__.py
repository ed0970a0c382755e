"""Its side of the SEZ."""
