"""Protocols of the results of open tenders and auctions as a kind of record in the Registry."""

from registry.protocols.kinds import ProtocolKind, kind
from registry.protocols.protocol import ProtocolRecorded
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import RESULTS_PROTOCOL, ResultsProtocol


@topic("results-protocol-recorded.1")
class ResultsProtocolRecorded(ProtocolRecorded, frozen=True, kw_only=True):
    """The results of a purchase were drawn up, or the protocol amended (S216-9.4)."""

    document: ResultsProtocol


KIND: ProtocolKind = kind(RESULTS_PROTOCOL, ResultsProtocolRecorded)
"""The kind RESULTS_PROTOCOL."""
