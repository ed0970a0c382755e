"""What can happen to a protocol of the review of bids."""

from typing import TypeAlias

from sez.protocols.protocol import (
    DeletedProtocol,
    DraftedProtocol,
    NoProtocol,
    ProtocolDrafted,
    ProtocolEvents,
    ProtocolSigned,
    ProtocolTakenBack,
    SignedProtocol,
)
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import ReviewProtocol

State: TypeAlias = (
    NoProtocol
    | DraftedProtocol[ReviewProtocol]
    | SignedProtocol[ReviewProtocol]
    | DeletedProtocol[ReviewProtocol]
)


@topic("review-protocol-drafted.1")
class ReviewProtocolDrafted(ProtocolDrafted, frozen=True, kw_only=True):
    """A protocol was drafted, or the draft was replaced."""

    document: ReviewProtocol


@topic("review-protocol-signed.1")
class ReviewProtocolSigned(ProtocolSigned, frozen=True, kw_only=True):
    """Every member signed the protocol, or its amendment (S216-9.2)."""

    document: ReviewProtocol


@topic("review-protocol-withdrawn.1")
class ReviewProtocolTakenBack(ProtocolTakenBack, frozen=True, kw_only=True):
    """A refused version was taken back."""

    back_to: State


EVENTS = ProtocolEvents(ReviewProtocolDrafted, ReviewProtocolSigned, ReviewProtocolTakenBack)
"""The events of this kind."""
