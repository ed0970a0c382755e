"""Purchases as a kind of record in the Registry."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from registry.purchases import listing, purchase, states
from registry.purchases.engagements import listing as engagements
from registry.purchases.rules.codes import coded
from registry.purchases.rules.examine import RULES
from registry.purchases.rules.recorded import RecordedPurchase
from registry.records.codes import CodedRecord
from registry.records.kind import RegistryKind
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.purchase import PURCHASE

OBJECTS: ObjectKind[states.State] = ObjectKind(
    PURCHASE, states.UnknownPurchase(), purchase.evolve, states.State, states.is_partial
)
"""Purchases, by the id their SEZ gave them."""

PAGE = 256
"""Purchases whose codes are read at once."""


def coded_records(log: EventLog) -> Iterator[CodedRecord]:
    """Purchases with their codes, by the Registry's id; deleted ones left out."""
    after = UUID(int=0)
    while rows := listing.last_whole(log, after, PAGE):
        for row in rows:
            event = row.recorded.event
            if row.status == states.DeletedPurchase.status:
                continue
            if isinstance(event, purchase.PurchaseAnnounced | purchase.PurchaseChanged):
                yield CodedRecord(
                    row.purchase_code,
                    to_astana(row.first_formed_at).date(),
                    row.status in engagements.RUNNING,
                    coded(event.document),
                )
        after = rows[-1].recorded.originator_id


def prepare(log: EventLog) -> None:
    """Make the views, if they are not there."""
    listing.prepare(log)
    engagements.prepare(log)


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
    prepare=prepare,
    apply=apply,
    schema=f"{listing.SCHEMA};{engagements.SCHEMA}",
    codes=coded_records,
    tables={"purchases": ("registry_id",), **engagements.TABLES},
    engaged=engagements.engaged,
)
"""The kind PURCHASE."""
