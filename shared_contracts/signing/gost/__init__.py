"""GOST 34.10-2015 and GOST 34.11-2015 as Kazakhstan's national authority uses them."""
