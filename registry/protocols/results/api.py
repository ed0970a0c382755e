"""Protocols of the results of open tenders and auctions for those who may look (S216-2.1)."""

from functools import partial

from registry.protocols import api
from registry.protocols.results.kind import KIND

router = partial(api.routes, KIND.objects, "results-protocols")
"""The routes under ``/api/v1/results-protocols``."""
