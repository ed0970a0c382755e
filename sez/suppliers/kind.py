"""Suppliers as a kind of record in the SEZ."""

from collections.abc import Sequence
from datetime import datetime

from sez.records.kind import SezKind
from sez.suppliers import states, supplier
from sez.suppliers.events import SupplierAnswered
from sez.suppliers.states import ActiveCard, NoSupplier
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.supplier import SUPPLIER, SupplierCard
from shared_contracts.rules.supplier import NEXT_RULES
from shared_contracts.rules.supplier_choice import RULES as CHOICE_RULES
from shared_contracts.rules.supplier_choice import ListAnswered

OBJECTS: ObjectKind[states.State] = ObjectKind(
    SUPPLIER, NoSupplier(), supplier.evolve, states.State
)
"""Suppliers of this SEZ, by the id that is also theirs in the Registry's records."""


def examine_next(document: Amendable, before: states.State, at: datetime) -> list[Breach]:
    """What the Registry would refuse of a version against the card as it stands."""
    if not isinstance(before, ActiveCard):
        return []
    return NEXT_RULES.examine(document, at, before.card)


def examine_history(document: Amendable, events: Sequence[Event], at: datetime) -> list[Breach]:
    """What the Registry would refuse of a choice from a list that it answered here.

    One from a list that was asked for otherwise is left to the Registry (reading R147).
    """
    choice = document.choice if isinstance(document, SupplierCard) else None
    answered = [one.answer for one in events if isinstance(one, SupplierAnswered)]
    of_it = [one for one in answered if choice is not None and one.message_id == choice.query_id]
    return CHOICE_RULES.examine(document, at, ListAnswered(of_it[-1], at)) if of_it else []


KIND: SezKind[states.State, supplier.Command] = SezKind(
    object_type=SUPPLIER,
    objects=OBJECTS,
    decide=supplier.decide,
    examine_next=examine_next,
    examine_history=examine_history,
)
"""The kind SUPPLIER."""
