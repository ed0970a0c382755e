"""Protocols of the review of bids as a kind of record in the SEZ."""

from typing import TypeAlias

from sez.protocols import protocol
from sez.protocols.kinds import ProtocolKind, kind
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import REVIEW_PROTOCOL, ReviewProtocol

ReviewState: TypeAlias = protocol.State[ReviewProtocol]


@topic("review-protocol-drafted.1")
class ReviewProtocolDrafted(protocol.ProtocolDrafted, frozen=True, kw_only=True):
    """A protocol was drafted, or the draft was replaced."""

    document: ReviewProtocol


@topic("review-protocol-signed.1")
class ReviewProtocolSigned(protocol.ProtocolSigned, frozen=True, kw_only=True):
    """Every member signed the protocol, or its amendment (S216-9.2)."""

    document: ReviewProtocol


@topic("review-protocol-withdrawn.1")
class ReviewProtocolTakenBack(protocol.ProtocolTakenBack, frozen=True, kw_only=True):
    """A refused version was taken back."""

    back_to: ReviewState


KIND: ProtocolKind = kind(
    REVIEW_PROTOCOL,
    protocol.ProtocolEvents(ReviewProtocolDrafted, ReviewProtocolSigned, ReviewProtocolTakenBack),
    ReviewState,
)
"""The kind REVIEW_PROTOCOL."""
