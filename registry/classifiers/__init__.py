"""The classifiers: places, products, units, countries, legal forms (S216-17, S216-A4.1-5)."""
