"""Protocols of the review of bids as a kind of record in the Registry."""

from registry.protocols.kinds import ProtocolKind, kind
from registry.protocols.protocol import ProtocolRecorded
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import REVIEW_PROTOCOL, ReviewProtocol


@topic("review-protocol-recorded.1")
class ReviewProtocolRecorded(ProtocolRecorded, frozen=True, kw_only=True):
    """The bids for a purchase were reviewed, or the protocol amended (S216-9.2)."""

    document: ReviewProtocol


KIND: ProtocolKind = kind(REVIEW_PROTOCOL, ReviewProtocolRecorded)
"""The kind REVIEW_PROTOCOL."""
