"""Suppliers as a kind of record in the Registry."""

from registry.records.kind import RegistryKind
from registry.records.rules.facts import RecordFacts
from registry.suppliers import listing, supplier
from registry.suppliers.query import QUERY, AnsweredQuery
from registry.suppliers.rules.examine import RULES
from registry.suppliers.rules.recorded import Recalled, RecordedSupplier
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.supplier import SUPPLIER, SupplierCard

OBJECTS: ObjectKind[supplier.State] = ObjectKind(
    SUPPLIER, supplier.UnknownSupplier(), supplier.evolve, supplier.State
)
"""Suppliers, by the id their SEZ gave them."""


def recall(log: EventLog, sez_code: str, document: Amendable) -> Recalled | None:
    """What the rules on a first card need: who holds its number, and the query it names."""
    if not isinstance(document, SupplierCard) or document.act.version > 1:
        return None
    environment, choice = document.act.environment, document.choice
    holders = log.claims([supplier.claimed(environment, document.number)])
    if choice is None:
        return Recalled(holders)
    key = HeadKey(environment, sez_code, QUERY.name, choice.query_id)
    answered = QUERY.read(log.heads([key]).get(key))
    return Recalled(holders, answered if isinstance(answered, AnsweredQuery) else None)


KIND: RegistryKind[supplier.State, supplier.SupplierOnRecord, RecordedSupplier | RecordFacts] = (
    RegistryKind(
        objects=OBJECTS,
        decide=supplier.decide,
        rules=RULES,
        signed_for=lambda known: known.signers,
        prepare=listing.prepare,
        apply=listing.apply,
        schema=listing.SCHEMA,
        tables=listing.TABLES,
        claims=supplier.claims,
        recall=recall,
        participants=listing.participants,
    )
)
"""The kind SUPPLIER."""
