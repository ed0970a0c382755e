"""Keys by which this SEZ enciphers what it sends, as the authority gave them (S95-15.1a, 15.1b)."""
