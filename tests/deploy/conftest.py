"""The test authority, for the tests of this folder."""

from tests.pki import pki

__all__ = ["pki"]
