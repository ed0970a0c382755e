"""The test authority for the tests of signatures."""

from tests.pki import pki

__all__ = ["pki"]
