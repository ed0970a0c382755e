"""Protocols of purchases from a single source over HTTP."""

from sez.protocols.api import Routes
from sez.publication.signers import SigningRequest
from shared_contracts.messages.protocol import SINGLE_SOURCE_PROTOCOL, SingleSourceProtocol


class SingleSourceAmended(SigningRequest, kw_only=True):
    """The whole protocol as it shall stand."""

    protocol: SingleSourceProtocol


router = Routes(
    SINGLE_SOURCE_PROTOCOL, SingleSourceProtocol, SingleSourceAmended, "single-source-protocols"
).router
"""The routes under ``/api/v1/single-source-protocols``."""
