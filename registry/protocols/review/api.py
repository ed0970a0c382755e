"""Protocols of the review of bids for those who may look (S216-2.1)."""

from functools import partial

from registry.protocols import api
from registry.protocols.review.kind import KIND

router = partial(api.routes, KIND.objects, "review-protocols")
"""The routes under ``/api/v1/review-protocols``."""
