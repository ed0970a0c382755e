"""The working days of Kazakhstan as dated data, and the terms that are counted by them."""
