"""A Registry at work, for what the bench sends."""

from tests.registry.conftest import story

__all__ = ["story"]
