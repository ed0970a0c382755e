"""Protocols of purchases from a single source for those who may look (S216-2.1)."""

from functools import partial

from registry.protocols import api
from registry.protocols.single_source.kind import KIND

router = partial(api.routes, KIND.objects, "single-source-protocols")
"""The routes under ``/api/v1/single-source-protocols``."""
