"""The mark with which a test says which clauses it proves."""

import pytest

clause = pytest.mark.clause
"""``@clause("S216-18.3")``: ids are written out whole, several in one mark if need be."""
