"""The inventory of a system changes by statement and decision, and its capacity never falls.

Until the group has decided, the inventory before holds (S95-15.8b, S95-15.9, S95-17).
"""

from collections.abc import Sequence
from typing import Final

from registry.admission.asked import AdmissionFacts, DecideInventory, RequestInventory
from registry.admission.case import AdmissionCase, AdmissionStatus
from registry.admission.completeness import examine
from registry.admission.conditions import FilingFacts
from registry.admission.inventory import Inventory, shrunk, twice, with_inventory
from registry.admission.inventory_events import InventoryChangeDecided, InventoryChangeRequested
from registry.admission.powers import ensure_by, ensure_power
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import APPLICANT, Power
from shared_contracts.event_log.event import Event

PARTS: Final = ("software", "hardware", "location")
"""The fields of an application that make its inventory."""


def decide_inventory(
    case: AdmissionCase, command: RequestInventory | DecideInventory, facts: AdmissionFacts
) -> Sequence[Event]:
    """What follows from a statement, or from the decision about it."""
    power = ensure_power(facts.regulation.inventory, "inventory", facts)
    if case.status is not AdmissionStatus.IN_OPERATION:
        raise refused("status", case.status, AdmissionRule.NOT_NOW, power.clause)
    match command:
        case RequestInventory():
            return [_requested(case, command, power, facts)]
        case DecideInventory():
            return [_decided(case, command, power, facts)]


def _requested(
    case: AdmissionCase, told: RequestInventory, power: Power, facts: AdmissionFacts
) -> InventoryChangeRequested:
    ensure_by(told.by, (APPLICANT,), power.clause)
    if case.inventory_asked is not None:
        number = case.inventory_number
        raise refused("inventory", number, AdmissionRule.CHANGE_WAITS, power.clause)
    if told.inventory == case.inventory_in_force:
        raise refused("inventory", "", AdmissionRule.INVENTORY_SAME, power.clause)
    _ensure_grows(case.inventory_in_force, told.inventory, power)
    _ensure_fits(case, told.inventory, facts)
    return InventoryChangeRequested(
        admission_id=case.admission_id,
        clause=power.clause,
        at=facts.at,
        number=case.inventory_number + 1,
        by=told.by,
        statement=told.statement,
        inventory=told.inventory,
    )


def _ensure_grows(before: Inventory, after: Inventory, power: Power) -> None:
    clause = power.keeps_clause or power.clause
    for serial in twice(after):
        raise refused("hardware.serial", serial, AdmissionRule.SERIAL_TWICE, clause)
    for name, change in shrunk(before, after):
        raise refused(f"hardware.{name}", change, AdmissionRule.CAPACITY_SHRINKS, clause)


def _ensure_fits(case: AdmissionCase, inventory: Inventory, facts: AdmissionFacts) -> None:
    """What the order asks of these fields at filing, it asks of a change (S95-15.8a)."""
    known = FilingFacts(facts.regulation, facts.at.date())
    for flaw in examine(with_inventory(case.form, inventory), known):
        if flaw.field.partition(".")[0] in PARTS and not flaw.warning:
            told = flaw.value or flaw.cure.en
            raise refused(flaw.field, told, AdmissionRule.INVENTORY_UNFIT, flaw.clause)


def _decided(
    case: AdmissionCase, told: DecideInventory, power: Power, facts: AdmissionFacts
) -> InventoryChangeDecided:
    ensure_by(told.by, (power.by,), power.clause)
    asked = case.inventory_asked
    if asked is None:
        raise refused("inventory", case.inventory_number, AdmissionRule.NO_CHANGE, power.clause)
    if not told.reason.strip():
        raise refused("reason", told.reason, AdmissionRule.NO_REASON, power.clause)
    return InventoryChangeDecided(
        admission_id=case.admission_id,
        clause=power.clause,
        at=facts.at,
        number=case.inventory_number,
        by=told.by,
        granted=told.granted,
        reason=told.reason,
        inventory=asked if told.granted else case.inventory_in_force,
    )
