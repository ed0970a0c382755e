"""Protocols of the review of bids as a kind of record in the Registry."""

from registry.protocols.kinds import ProtocolKind, kind
from registry.protocols.review.event import ReviewProtocolRecorded
from shared_contracts.messages.protocol import REVIEW_PROTOCOL

KIND: ProtocolKind = kind(REVIEW_PROTOCOL, ReviewProtocolRecorded)
"""The kind REVIEW_PROTOCOL."""
