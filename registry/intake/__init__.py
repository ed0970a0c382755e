"""Messages of systems, received and answered in the order of the law (S216-A2).

Each scheme of annex 2 is one module that reads as its steps: ``scheme_1`` is the transfer of
records; schemes 2 to 8 are added beside it as ``scheme_2`` to ``scheme_8``.
"""
