"""Suppliers as a kind of record in the SEZ."""

from datetime import datetime

from sez.records.kind import SezKind
from sez.suppliers import states, supplier
from sez.suppliers.states import ActiveCard, NoSupplier
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.supplier import SUPPLIER
from shared_contracts.rules.supplier import NEXT_RULES

OBJECTS: ObjectKind[states.State] = ObjectKind(
    SUPPLIER, NoSupplier(), supplier.evolve, states.State
)
"""Suppliers of this SEZ, by the id that is also theirs in the Registry's records."""


def examine_next(document: Amendable, before: states.State, at: datetime) -> list[Breach]:
    """What the Registry would refuse of a version against the card as it stands."""
    if not isinstance(before, ActiveCard):
        return []
    return NEXT_RULES.examine(document, at, before.card)


KIND: SezKind[states.State, supplier.Command] = SezKind(
    object_type=SUPPLIER,
    objects=OBJECTS,
    decide=supplier.decide,
    examine_next=examine_next,
)
"""The kind SUPPLIER."""
