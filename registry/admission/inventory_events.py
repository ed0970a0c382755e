"""What can happen to the inventory of a system in operation (S95-15.9)."""

from registry.admission.events import ActingPerson, AdmissionEvent
from registry.admission.inventory import Inventory
from shared_contracts.event_log.event import topic


@topic("inventory-change-requested.1")
class InventoryChangeRequested(AdmissionEvent, frozen=True, kw_only=True):
    """The applicant stated that the inventory is to change, and to what; nothing changes yet."""

    number: int
    by: ActingPerson
    statement: str
    inventory: Inventory


@topic("inventory-change-decided.1")
class InventoryChangeDecided(AdmissionEvent, frozen=True, kw_only=True):
    """The group granted the change, or not; ``inventory`` is what holds from now on."""

    number: int
    by: ActingPerson
    granted: bool
    reason: str
    inventory: Inventory
