"""Protocols of the results of open tenders and auctions over HTTP."""

from sez.protocols.api import Routes
from sez.publication.signers import SigningRequest
from shared_contracts.messages.protocol import RESULTS_PROTOCOL, ResultsProtocol


class ResultsAmended(SigningRequest, kw_only=True):
    """The whole protocol as it shall stand."""

    protocol: ResultsProtocol


router = Routes(RESULTS_PROTOCOL, ResultsProtocol, ResultsAmended, "results-protocols").router
"""The routes under ``/api/v1/results-protocols``."""
