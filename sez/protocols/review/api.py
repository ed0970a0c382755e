"""Protocols of the review of bids over HTTP."""

from sez.protocols.api import Routes
from sez.publication.signers import SigningRequest
from shared_contracts.messages.protocol import REVIEW_PROTOCOL, ReviewProtocol


class ReviewAmended(SigningRequest, kw_only=True):
    """The whole protocol as it shall stand."""

    protocol: ReviewProtocol


router = Routes(REVIEW_PROTOCOL, ReviewProtocol, ReviewAmended, "review-protocols").router
"""The routes under ``/api/v1/review-protocols``."""
