"""Protocols of the results of open tenders and auctions as a kind of record in the Registry."""

from registry.protocols.kinds import ProtocolKind, kind
from registry.protocols.results.event import ResultsProtocolRecorded
from shared_contracts.messages.protocol import RESULTS_PROTOCOL

KIND: ProtocolKind = kind(RESULTS_PROTOCOL, ResultsProtocolRecorded)
"""The kind RESULTS_PROTOCOL."""
