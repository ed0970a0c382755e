"""What is exchanged: documents, packages and answers, to XML and back (S216-9, S216-18.5)."""
