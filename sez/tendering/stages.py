"""What protocols make of a tender in the SEZ: reviewed, summed up, and back again (S216-9.2-4)."""

from uuid import UUID

import msgspec

from sez.records.version import RecordEvent
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import REVIEW_PROTOCOL


class ProtocolAtStage(msgspec.Struct, frozen=True, kw_only=True):
    """A protocol that stands, and the stage to which it brings its purchase."""

    object_id: UUID
    stage: str


@topic("tender-stage-changed.1")
class TenderStageChanged(RecordEvent, frozen=True, kw_only=True):
    """A protocol of the purchase was signed, deleted or taken back (S216-A3.1g-i).

    ``protocol`` is the one that stands then, of the type ``object_type``; None where none does.
    """

    object_type: str
    protocol: ProtocolAtStage | None

    @property
    def of_review(self) -> bool:
        """Whether it is of the review of bids, and not of the results."""
        return self.object_type == REVIEW_PROTOCOL


@topic("tender-bids-listed.1")
class TenderBidsListed(RecordEvent, frozen=True, kw_only=True):
    """The list of bids of the purchase is another, or there is none any more (S216-A3.1e)."""

    bid_list_id: UUID | None
