"""The inventories that an application ever had: declared, stated, granted or not, by its events."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from registry.admission.admissions import Admissions
from registry.admission.documents.reading import history
from registry.admission.events import AdmissionFiled
from registry.admission.inventory import Capacity, Inventory, capacity, declared
from registry.admission.inventory_events import InventoryChangeDecided, InventoryChangeRequested
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.event import Event


class InventoryStatus(StrEnum):
    """Where an inventory stands."""

    IN_FORCE = "IN_FORCE"
    """The newest one that was declared or granted; what it says of the system has to be so."""
    REPLACED = "REPLACED"
    WAITS = "WAITS"
    """It was stated, and the group has not decided: it does not hold."""
    DECLINED = "DECLINED"


class InventoryVersion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An inventory under its number, 0 for that of the application; ``since`` it holds or held."""

    number: int
    status: InventoryStatus
    stated_at: datetime
    since: datetime | None = None
    statement: str = ""
    reason: str = ""
    capacity: Capacity
    inventory: Inventory


def inventories(admissions: Admissions, admission_id: UUID) -> list[InventoryVersion]:
    """All inventories of an application in the order of their statement (``Absent``)."""
    return of_events(one.event for one in history(admissions, admission_id))


def of_events(events: Iterable[Event]) -> list[InventoryVersion]:
    """The inventories by the events of one application."""
    found: list[InventoryVersion] = []
    for event in events:
        match event:
            case AdmissionFiled(form=form, at=at):
                found.append(_stated(0, declared(form), at, InventoryStatus.IN_FORCE))
            case InventoryChangeRequested(number=number, inventory=inventory, at=at):
                one = _stated(number, inventory, at, InventoryStatus.WAITS)
                found.append(msgspec.structs.replace(one, statement=event.statement))
            case InventoryChangeDecided():
                found = _decided(found, event)
            case _:
                continue
    return found


def _stated(
    number: int, inventory: Inventory, at: datetime, status: InventoryStatus
) -> InventoryVersion:
    return InventoryVersion(
        number=number,
        status=status,
        stated_at=to_astana(at),
        since=to_astana(at) if status is InventoryStatus.IN_FORCE else None,
        capacity=capacity(inventory),
        inventory=inventory,
    )


def _decided(
    found: list[InventoryVersion], event: InventoryChangeDecided
) -> list[InventoryVersion]:
    *before, last = found
    if not event.granted:
        declined = InventoryStatus.DECLINED
        return [*before, msgspec.structs.replace(last, status=declined, reason=event.reason)]
    now = msgspec.structs.replace(
        last, status=InventoryStatus.IN_FORCE, reason=event.reason, since=to_astana(event.at)
    )
    return [*(_replaced(one) for one in before), now]


def _replaced(one: InventoryVersion) -> InventoryVersion:
    if one.status is InventoryStatus.IN_FORCE:
        return msgspec.structs.replace(one, status=InventoryStatus.REPLACED)
    return one
