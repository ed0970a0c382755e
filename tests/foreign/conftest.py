"""Both systems, for clients that speak to a Registry at work."""

from tests.sez.conftest import systems

__all__ = ["systems"]
