"""Purchases as a kind of record in the SEZ."""

from sez.records.kind import SezKind
from sez.tendering import tender
from sez.tendering.next_version import examine_next, examine_related, learn, standing
from sez.tendering.tender import SignedVersion
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.purchase import PURCHASE

TENDER: ObjectKind[tender.State] = ObjectKind(
    "TENDER", tender.UnknownTender(), tender.evolve, tender.State
)
"""Tenders of this SEZ, by the id that is also theirs in the Registry's records."""

KIND: SezKind[tender.State, tender.Command] = SezKind(
    object_type=PURCHASE,
    objects=TENDER,
    decide=tender.decide,
    examine_next=examine_next,
    standing=standing,
    examine_related=examine_related,
    learn=learn,
    beside=lambda tender: (
        ((BID_LIST, tender.bid_list_id),)
        if isinstance(tender, SignedVersion) and tender.bid_list_id
        else ()
    ),
)
"""The kind PURCHASE."""
