"""Protocols of the results of open tenders and auctions as a kind of record in the SEZ."""

from sez.protocols.kinds import ProtocolKind, kind
from sez.protocols.results.event import EVENTS, State
from shared_contracts.messages.protocol import RESULTS_PROTOCOL

KIND: ProtocolKind = kind(RESULTS_PROTOCOL, EVENTS, State)
"""The kind RESULTS_PROTOCOL."""
