"""Its side of the Registry."""
