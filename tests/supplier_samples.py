"""Example cards of suppliers that break no rule; the suppliers and persons are not real."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from sez.examples.making import ExampleOrder, ExampleRequest
from sez.records.owner import Owner
from sez.suppliers import examples
from shared_contracts.messages.document import Act, Deletion, Environment, Operation
from shared_contracts.messages.supplier import SUPPLIER, SupplierCard, SupplierChoice
from tests import samples
from tests.samples import AT, HASH

SUPPLIER_ID = UUID("3b0c7a52-1f0e-4f6c-8e2a-6d1b7c9a5e01")
SUPPLIER_BIN = "160540000019"
CHOSEN_ID = UUID("01939b2e-7c00-7abc-8def-0123456789ff")
QUERY_ID = UUID("01939b2e-7c00-7abc-8def-0123456789aa")


def act(version: int = 1, operation: Operation = Operation.CREATE, **changes: Any) -> Act:
    """The head of a card; a later version names some hash of the one before."""
    named = {"object_type": SUPPLIER, "object_id": SUPPLIER_ID, "conditions_version": 2}
    reason = None if version == 1 else "Исправлены сведения о поставщике"
    return samples.act(version, operation, reason, **(named | changes))


def card(at: datetime = AT, **changes: Any) -> SupplierCard:
    """The first card of a Kazakhstan producer, filed by a customer."""
    owner = Owner(Environment.STAND, samples.SEZ_CODE, 2)
    wanted = ExampleRequest(example="supplier")
    order = ExampleOrder(wanted, owner, SUPPLIER_ID, samples.customer(), at)
    made = msgspec.structs.replace(examples.supplier(order), act=act(), bin=SUPPLIER_BIN)
    return msgspec.structs.replace(made, **changes)


def foreign_card(**changes: Any) -> SupplierCard:
    """The first card of a supplier of another country."""
    owner = Owner(Environment.STAND, samples.SEZ_CODE, 2)
    wanted = ExampleRequest(example="foreign-supplier")
    order = ExampleOrder(wanted, owner, SUPPLIER_ID, samples.customer(), AT)
    made = msgspec.structs.replace(examples.foreign_supplier(order), act=act())
    return msgspec.structs.replace(made, **changes)


def changed_card(version: int = 2, **changes: Any) -> SupplierCard:
    """The card as it stands after a change."""
    return card(**({"act": act(version, Operation.UPDATE)} | changes))


def chosen_card(**changes: Any) -> SupplierCard:
    """A first card that was chosen from the Registry's list."""
    choice = SupplierChoice(query_id=QUERY_ID, registry_id=CHOSEN_ID, card_hash=HASH)
    return card(**({"choice": choice} | changes))


def deletion(version: int = 2, at: datetime = AT + timedelta(days=3)) -> Deletion:
    """The supplier removed, a minute before ``at``."""
    return Deletion(
        act=act(version, Operation.DELETE),
        deleted_at=at - timedelta(minutes=1),
        deleted_by="Сүлейменова Айгүл Болатқызы",
    )
