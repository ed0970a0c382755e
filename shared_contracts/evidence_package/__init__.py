"""Everything about one object as one file, which proves itself (S216-12a, S216-13b).

``docs/evidence-package.md`` has its format; ``deploy/verifier`` checks it, and knows nothing of
this code.
"""
