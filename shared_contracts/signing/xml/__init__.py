"""The forms that a signature has in XML, and proving it; only what was signed is believed."""
