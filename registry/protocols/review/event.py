"""What can happen to a protocol of the review of bids."""

from registry.protocols.protocol import ProtocolRecorded
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import ReviewProtocol


@topic("review-protocol-recorded.1")
class ReviewProtocolRecorded(ProtocolRecorded, frozen=True, kw_only=True):
    """The bids for a purchase were reviewed, or the protocol amended (S216-9.2)."""

    document: ReviewProtocol
