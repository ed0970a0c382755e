"""Purchases as a kind of record in the Registry."""

from collections.abc import Iterator, Sequence
from typing import Any

from registry.purchases import listing, purchase, states
from registry.purchases.engagements import listing as engagements
from registry.purchases.rules.examine import RULES
from registry.purchases.rules.recorded import RecordedPurchase
from registry.records.codes import CodedRecord
from registry.records.kind import RegistryKind
from registry.records.listing import last_whole
from registry.records.rules.codes import coded
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules.codes import in_parts

OBJECTS: ObjectKind[states.State] = ObjectKind(
    PURCHASE, states.UnknownPurchase(), purchase.evolve, states.State, states.is_partial
)
"""Purchases, by the id their SEZ gave them."""

PAGE = 256
"""Purchases whose codes are read at once."""


def coded_records(log: EventLog) -> Iterator[CodedRecord]:
    """Purchases with their codes, by the Registry's id; deleted ones left out."""
    for one in last_whole(log, "views.purchases", listing.WHOLE, PAGE):
        event = one.recorded.event
        if isinstance(event, purchase.PurchaseAnnounced | purchase.PurchaseChanged):
            yield CodedRecord(
                event.document.purchase_code,
                to_astana(one.first_formed_at).date(),
                one.status in engagements.RUNNING,
                coded(in_parts(event.document.lots)),
            )


def apply(cursor: Any, events: Sequence[Recorded]) -> None:  # noqa: ANN401  # the listings know it
    """Bring the views up to date with events."""
    listing.apply(cursor, events)
    engagements.apply(cursor, events)


KIND: RegistryKind[states.State, states.PurchaseOnRecord, RecordedPurchase] = RegistryKind(
    objects=OBJECTS,
    decide=purchase.decide,
    learn=purchase.learn,
    beside=lambda known: ((BID_LIST, known.bid_list_id),) if known.bid_list_id else (),
    rules=RULES,
    signed_for=lambda known: known.buyers,
    apply=apply,
    schema=f"{listing.SCHEMA};{engagements.SCHEMA}",
    codes=coded_records,
    tables={"purchases": ("registry_id",), **engagements.TABLES},
    engaged=engagements.engaged,
)
"""The kind PURCHASE."""
