"""Checks an evidence package with nothing but itself, an anchor, `cryptography` and `lxml`.

It is a second implementation: it imports nothing of the project, and an archive keeps it as one
file (``python -m deploy.verifier.build FILE``). The format is in ``docs/evidence-package.md``.
"""
