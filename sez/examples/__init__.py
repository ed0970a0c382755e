"""Objects made up for the stand, the demonstration and vendors' first steps."""
