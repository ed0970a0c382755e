"""The next version of a supplier: which document, after which history (S216-A3.1j-l)."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from sez.records import kind
from sez.records.chain import VersionChain
from sez.records.owner import Owner
from sez.suppliers.states import ActiveCard, SelectedCard, State, UnsignedCard
from shared_contracts.errors import RefusedByRule
from shared_contracts.messages.document import Amendable, Operation
from shared_contracts.messages.supplier import SUPPLIER, SupplierCard, SupplierChoice

Maker: TypeAlias = kind.Maker[State]
"""Makes the next document of a supplier from where it stands."""


CHAIN = VersionChain(SUPPLIER)
act = CHAIN.act


def registration(card: SupplierCard | None = None) -> Maker:
    """The draft, or ``card``, as the first version; with the choice where one was made."""

    def make(owner: Owner, object_id: UUID, supplier: State) -> SupplierCard:
        document = card or (supplier.document if isinstance(supplier, UnsignedCard) else None)
        if document is None:
            raise RefusedByRule("there is no draft of a card to sign")
        first = act(owner, object_id, supplier, Operation.CREATE)
        return msgspec.structs.replace(document, act=first, choice=_choice(supplier))

    return make


def change(card: SupplierCard, reason: str) -> Maker:
    """The whole card as it shall stand."""
    return CHAIN.whole(msgspec.structs.replace(card, choice=None), Operation.UPDATE, reason)


def deletion(reason: str, deleted_at: datetime, deleted_by: str) -> Maker:
    """The removal of the supplier."""

    def make(owner: Owner, object_id: UUID, supplier: State) -> Amendable:
        if not isinstance(supplier, ActiveCard):
            status = supplier.status.lower().replace("_", " ")
            raise RefusedByRule(f"a supplier that is {status} has no card to delete")
        return CHAIN.deletion(reason, deleted_at, deleted_by)(owner, object_id, supplier)

    return make


def _choice(supplier: State) -> SupplierChoice | None:
    if not isinstance(supplier, SelectedCard):
        return None
    return SupplierChoice(
        query_id=supplier.query_id,
        registry_id=supplier.registry_id,
        card_hash=supplier.card_hash,
    )
