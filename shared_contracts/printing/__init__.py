"""Documents for people as PDF, in Kazakh and Russian side by side, with their data attached.

``docs/documents.md`` tells how to print one and how to sign it.
"""
