"""Protocols of the review of bids as a kind of record in the SEZ."""

from sez.protocols.kinds import ProtocolKind, kind
from sez.protocols.review.event import EVENTS, State
from shared_contracts.messages.protocol import REVIEW_PROTOCOL

KIND: ProtocolKind = kind(REVIEW_PROTOCOL, EVENTS, State)
"""The kind REVIEW_PROTOCOL."""
