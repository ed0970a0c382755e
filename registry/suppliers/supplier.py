"""A supplier in the Registry: its card added, changed, deleted (S216-A3.1j-l)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar, TypeAlias
from uuid import UUID

import msgspec

from registry.records.record import RecordVersion, VersionRecorded
from registry.records.state import RecordState
from registry.suppliers.recalled import Recalled
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.event_log.writing.commit import Claim
from shared_contracts.messages.document import Deletion, Operation
from shared_contracts.messages.supplier import SupplierCard

# What can happen


@topic("supplier-added.1")
class SupplierAdded(VersionRecorded, frozen=True, kw_only=True, omit_defaults=True):
    """A supplier was added, by scheme 1 or as chosen by scheme 4 (S216-A3.1j).

    ``after`` is the deleted card from which the number was free again.
    """

    document: SupplierCard
    after: UUID | None = None


@topic("supplier-changed.1")
class SupplierChanged(VersionRecorded, frozen=True, kw_only=True):
    """The card of a supplier was changed (S216-A3.1l)."""

    document: SupplierCard


@topic("supplier-deleted.1")
class SupplierDeleted(VersionRecorded, frozen=True, kw_only=True):
    """A supplier was deleted; its history stays (S216-A3.1k, S216-12a)."""

    document: Deletion


SupplierRecorded: TypeAlias = SupplierAdded | SupplierChanged | SupplierDeleted
"""A version of a supplier was recorded."""

# What it is meanwhile


class UnknownSupplier(ObjectState, frozen=True, tag="UNKNOWN"):
    """Nothing was recorded under this key yet."""


class SupplierOnRecord(RecordState, frozen=True, kw_only=True):
    """What the next decision needs to know of a supplier on record.

    ``number`` finds it again, ``signers`` are those for whom the next version may be signed, and
    ``chosen`` is the card of another system which it was taken from.
    """

    conditions_version: int
    first_formed_at: datetime
    number: str
    standing: str
    signers: tuple[str, ...]
    chosen: UUID | None = None


class ActiveSupplier(SupplierOnRecord, frozen=True, kw_only=True, tag="ACTIVE"):
    """The card is on record."""

    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.UPDATE, Operation.DELETE})


class DeletedSupplier(SupplierOnRecord, frozen=True, kw_only=True, tag="DELETED"):
    """The supplier was deleted; nothing more may happen to it."""


State = UnknownSupplier | ActiveSupplier | DeletedSupplier

# Decide


def decide(supplier: State, delivery: RecordVersion) -> Sequence[Event]:
    """Say what happens when a version is delivered; ``Refused`` where it cannot (F-HDR-2)."""
    match supplier, delivery.document, delivery.document.act.operation:
        case UnknownSupplier(), SupplierCard() as document, Operation.CREATE:
            known = delivery.recalled
            after = known.after if isinstance(known, Recalled) and _takes_number(document) else None
            return [SupplierAdded(**delivery.fields(), document=document, after=after)]
        case ActiveSupplier(), SupplierCard() as document, Operation.UPDATE:
            return [SupplierChanged(**delivery.fields(), document=document)]
        case ActiveSupplier(), Deletion() as document, Operation.DELETE:
            return [SupplierDeleted(**delivery.fields(), document=document)]
        case _:
            raise delivery.refused(supplier.status)


# Evolve


def evolve(supplier: State, event: Event) -> State:
    """What a supplier is after ``event``; events of other objects leave it as it was."""
    match supplier, event:
        case UnknownSupplier(), SupplierAdded(header=header, document=card):
            chosen = None if card.choice is None else card.choice.registry_id
            return _active(event, header.formed_at, chosen)
        case SupplierOnRecord(), SupplierChanged():
            return _active(event, supplier.first_formed_at, supplier.chosen)
        case SupplierOnRecord(), SupplierDeleted():
            return DeletedSupplier(**(msgspec.structs.asdict(supplier) | event.state_fields()))
        case _:
            return supplier


def claims(event: VersionRecorded) -> Iterator[Claim]:
    """The number that a first card takes; one chosen by scheme 4 shares that of the card chosen."""
    if isinstance(event, SupplierAdded):
        card = event.document
        if _takes_number(card):
            key = claimed(card.act.environment, card.number, event.after)
            yield Claim(key, str(event.registry_id))


def claimed(environment: str, number: str, after: UUID | None = None) -> str:
    """The key under which a number is taken: first, or again ``after`` a card was deleted."""
    if after is not None:
        return f"supplier-after/{environment}/{after}"
    return f"supplier/{environment}/{number}"


def _takes_number(card: SupplierCard) -> bool:
    return card.choice is None or card.choice.registry_id is None


def _active(
    event: SupplierAdded | SupplierChanged, first_formed_at: datetime, chosen: UUID | None
) -> ActiveSupplier:
    card = event.document
    filed_by = card.filed_by.bin or card.filed_by.iin
    return ActiveSupplier(
        first_formed_at=first_formed_at,
        number=card.number,
        standing=card.status,
        signers=tuple(dict.fromkeys(one for one in (filed_by, card.bin, card.iin) if one)),
        chosen=chosen,
        **event.state_fields(),
    )
