"""The copy of the Registry's classifiers; codes are judged by it before signing (S216-17)."""
