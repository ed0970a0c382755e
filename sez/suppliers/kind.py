"""Suppliers as a kind of record in the SEZ."""

from datetime import datetime

from sez.records.kind import SezKind
from sez.suppliers import states, supplier
from sez.suppliers.states import ActiveCard, NoSupplier
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.supplier import SUPPLIER, SupplierCard

OBJECTS: ObjectKind[states.State] = ObjectKind(
    SUPPLIER, NoSupplier(), supplier.evolve, states.State
)
"""Suppliers of this SEZ, by the id that is also theirs in the Registry's records."""


def examine_next(document: Amendable, before: states.State, _at: datetime) -> list[Breach]:
    """F-SUP-9 by a version against the card as it stands; the Registry asks it too."""
    if not isinstance(before, ActiveCard) or not isinstance(document, SupplierCard):
        return []
    number = before.card.number
    if document.number == number:
        return []
    return [Breach("F-SUP-9", "/SupplierCard", document.number, {"expected": number})]


KIND: SezKind[states.State, supplier.Command] = SezKind(
    object_type=SUPPLIER,
    objects=OBJECTS,
    decide=supplier.decide,
    examine_next=examine_next,
)
"""The kind SUPPLIER."""
