"""Suppliers as a kind of record in the Registry."""

from collections.abc import Iterator
from uuid import UUID

from registry.records.kind import LookUp, RegistryKind
from registry.records.rules.facts import RecordFacts
from registry.suppliers import listing, supplier
from registry.suppliers.query import QUERY, AnsweredQuery
from registry.suppliers.recalled import ChosenCard, Recalled
from registry.suppliers.rules.examine import RULES
from registry.suppliers.rules.recorded import RecordedSupplier
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.supplier import SUPPLIER, SupplierCard

OBJECTS: ObjectKind[supplier.State] = ObjectKind(
    SUPPLIER, supplier.UnknownSupplier(), supplier.evolve, supplier.State
)
"""Suppliers, by the id their SEZ gave them."""


def holds(log: EventLog, document: Amendable) -> Iterator[HeadKey]:
    """The card that a first card is chosen from: it stays as it is until the choice is judged."""
    if isinstance(document, SupplierCard) and document.choice and document.choice.registry_id:
        key = _key_of(log, document.act.environment, document.choice.registry_id)
        if key is not None:
            yield key


def recall(look_up: LookUp, document: Amendable) -> Recalled | None:
    """What the rules on a first card need: whose its number is, the query, the card chosen."""
    if not isinstance(document, SupplierCard) or document.act.version > 1:
        return None
    log, environment, choice = look_up.log, document.act.environment, document.choice
    look_up.catch_up()
    holder = next((one.registry_id for one in listing.of_number(log, document.number, 1)), None)
    after = listing.last_taker(log, document.number) if holder is None else None
    if choice is None:
        return Recalled(holder, after)
    asked = HeadKey(environment, look_up.sez_code, QUERY.name, choice.query_id)
    answered = QUERY.read(log.heads([asked]).get(asked))
    query = answered if isinstance(answered, AnsweredQuery) else None
    return Recalled(holder, after, query, _chosen(log, environment, choice.registry_id))


def _chosen(log: EventLog, environment: str, registry_id: UUID | None) -> ChosenCard | None:
    key = None if registry_id is None else _key_of(log, environment, registry_id)
    known = None if key is None else OBJECTS.read(log.heads([key]).get(key))
    if not isinstance(known, supplier.SupplierOnRecord):
        return None
    return ChosenCard(known.document_hash, isinstance(known, supplier.ActiveSupplier))


def _key_of(log: EventLog, environment: str, registry_id: UUID) -> HeadKey | None:
    """The key of a card by its Registry identifier: its first event tells whose it is."""
    first = next(iter(log.events(registry_id)), None)
    if not isinstance(first, supplier.SupplierAdded):
        return None
    return HeadKey(environment, first.sez_code, SUPPLIER, first.header.object_id)


KIND: RegistryKind[supplier.State, supplier.SupplierOnRecord, RecordedSupplier | RecordFacts] = (
    RegistryKind(
        objects=OBJECTS,
        decide=supplier.decide,
        rules=RULES,
        signed_for=lambda known: known.signers,
        apply=listing.apply,
        schema=listing.SCHEMA,
        tables=listing.TABLES,
        claims=supplier.claims,
        holds=holds,
        recall=recall,
        participants=listing.participants,
    )
)
"""The kind SUPPLIER."""
