"""A tender of this SEZ as the rules on its next version see it (S216-A2.1.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sez.records.kind import Referrer, Related
from sez.tendering.stages import ProtocolAtStage, TenderBidsListed, TenderStageChanged
from sez.tendering.tender import (
    EndedTender,
    RunningTender,
    SignedVersion,
    State,
)
from shared_contracts.event_log.event import Event
from shared_contracts.faults import Breach
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.document import Amendable, Deletion
from shared_contracts.messages.protocol import PROTOCOLS
from shared_contracts.messages.purchase import PURCHASE, Purchase
from shared_contracts.rules import base_purchase, course, documents, purchase_next
from shared_contracts.rules.announced_terms import PurchaseTerms, terms_of
from shared_contracts.rules.base_purchase import Grounds
from shared_contracts.rules.standing import ProtocolStanding


@dataclass(frozen=True, slots=True)
class Standing:
    """A purchase as its last signed version left it, for its next version and what refers to it.

    Which versions of its files there ever were, the Registry alone knows.
    """

    tender: SignedVersion
    files: None = None

    @property
    def purchase(self) -> Purchase:
        """The purchase as it stands."""
        return self.tender.purchase

    @property
    def version(self) -> int:
        """Number of its last version."""
        return self.tender.version

    @property
    def status(self) -> str:
        """What the tender is called in the Registry."""
        tender, results = self.tender, self.tender.results
        if isinstance(tender, EndedTender):
            declared = tender.purchase.outcome.kind if tender.purchase.outcome else None
            return declared or (results.stage if results else "FAILED")
        return "ANNOUNCED" if tender.status == "RUNNING" else tender.status

    @property
    def review_id(self) -> UUID | None:
        """The id of its review protocol."""
        return None if self.tender.review is None else self.tender.review.object_id

    @property
    def results_id(self) -> UUID | None:
        """The id of the protocol of its results, or of the single source."""
        return None if self.tender.results is None else self.tender.results.object_id

    @property
    def bid_list_id(self) -> UUID | None:
        """The id of its list of bids."""
        return self.tender.bid_list_id

    @property
    def known_files(self) -> Mapping[str, str]:
        """SHA-256 of the files that it has now, by ``documentId/version``."""
        return {documents.version_of(one): one.sha256 for one in self.purchase.documents}

    @property
    def terms(self) -> PurchaseTerms:
        """What was announced."""
        return terms_of(self.purchase)

    @property
    def method(self) -> str:
        """OT, EA or SS."""
        return self.purchase.method

    @property
    def customer(self) -> str:
        """BIN or IIN of the customer."""
        return course.identifier(self.purchase.customer)

    @property
    def base(self) -> UUID | None:
        """The purchase on whose base it was announced."""
        base = self.purchase.base_purchase
        return None if base is None else base.object_id

    @property
    def published_at(self) -> datetime:
        """When it was published."""
        return self.purchase.published_at

    @property
    def bids_from(self) -> datetime | None:
        """When bidding starts."""
        return self.purchase.bids_from

    @property
    def bids_to(self) -> datetime | None:
        """When bidding ends, after all extensions."""
        return self.purchase.bids_to

    @property
    def opening_at(self) -> datetime | None:
        """When bids are opened."""
        return self.purchase.opening_at

    @property
    def auction_from(self) -> datetime | None:
        """When the auction starts."""
        return self.purchase.auction_from

    @property
    def auction_to(self) -> datetime | None:
        """When the auction ends."""
        return self.purchase.auction_to

    @property
    def lots(self) -> tuple[int, ...]:
        """Numbers of its lots."""
        return tuple(lot.lot_number for lot in self.purchase.lots)


def standing(tender: State) -> Standing | None:
    """The purchase as those that refer to it find it; None while none is announced."""
    return Standing(tender) if isinstance(tender, SignedVersion) else None


def examine_related(
    document: Amendable, before: State, related: Related, at: datetime
) -> list[Breach]:
    """Every breach by a version formed at ``at`` against the purchase on whose base it is."""
    base = document.base_purchase if isinstance(document, Purchase) else None
    stands = None if base is None else related.get(PURCHASE, {}).get(base.object_id)
    known = standing(before)
    grounds = Grounds(stands, known is not None and known.base is not None)
    return base_purchase.RULES.examine(document, at, grounds)


def learn(tender: State, object_id: UUID, referrer: Referrer) -> Sequence[Event]:
    """What happens to a tender when a protocol or list of it has come to stand otherwise.

    (S216-A3.1e, S216-A3.1g-i)
    """
    if isinstance(tender, SignedVersion) and referrer.object_type == BID_LIST:
        return _bids_listed(tender, object_id, referrer)
    if not isinstance(tender, SignedVersion) or referrer.object_type not in PROTOCOLS:
        return []
    stands = cast("ProtocolStanding | None", referrer.standing)
    protocol = None
    if stands is not None:
        protocol = ProtocolAtStage(object_id=referrer.object_id, stage=stands.stage)
    event = TenderStageChanged(
        object_id=object_id, object_type=referrer.object_type, protocol=protocol
    )
    known = tender.review if event.of_review else tender.results
    mine = known is None or known.object_id == referrer.object_id
    return [event] if mine and protocol != known else []


def _bids_listed(tender: SignedVersion, object_id: UUID, referrer: Referrer) -> Sequence[Event]:
    listed = referrer.object_id if referrer.standing is not None else None
    mine = tender.bid_list_id in {None, referrer.object_id}
    if not mine or listed == tender.bid_list_id:
        return []
    return [TenderBidsListed(object_id=object_id, bid_list_id=listed)]


def examine_next(document: Amendable, tender: State, at: datetime) -> list[Breach]:
    """Every breach by a version formed at ``at`` against the tender as it stands; none by a first.

    These are rules that the Registry asks too: what it would refuse is not signed. A tender that
    has ended takes no version but its deletion, which ``decide`` says.
    """
    runs = isinstance(tender, RunningTender)
    if not isinstance(tender, SignedVersion) or not (runs or isinstance(document, Deletion)):
        return []
    return purchase_next.RULES.examine(document, at, course.Course(Standing(tender), (at,)))
