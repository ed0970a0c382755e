"""The next version of a tender: which document, after which history (S216-A3.1a-d, h, i)."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from sez.records import kind
from sez.records.chain import VersionChain
from sez.records.owner import Owner
from sez.tendering.tender import DraftedTender, SignedVersion, State
from shared_contracts.errors import RefusedByRule
from shared_contracts.messages.document import (
    Document,
    Ground,
    Operation,
)
from shared_contracts.messages.purchase import (
    PURCHASE,
    Outcome,
    Purchase,
    PurchaseExtension,
    TenderDocumentation,
)

Maker: TypeAlias = kind.Maker[State]
"""Makes the next document of a tender from where it stands."""


CHAIN = VersionChain(PURCHASE)
act, deletion = CHAIN.act, CHAIN.deletion


def announcement(purchase: Purchase | None = None) -> Maker:
    """The draft, or ``purchase``, as the first version."""

    def make(owner: Owner, object_id: UUID, tender: State) -> Purchase:
        document = purchase or (tender.document if isinstance(tender, DraftedTender) else None)
        if document is None:
            raise RefusedByRule("there is no draft to announce")
        first = act(owner, object_id, tender, Operation.CREATE)
        return msgspec.structs.replace(document, act=first)

    return make


def change(purchase: Purchase, reason: str) -> Maker:
    """The whole purchase as it shall stand."""
    return CHAIN.whole(purchase, Operation.UPDATE, reason)


def end(declared: str, ground: Ground, reason: str) -> Maker:
    """The declaration that the purchase FAILED or was CANCELLED, with its ground."""

    def make(owner: Owner, object_id: UUID, tender: State) -> Purchase:
        following = act(owner, object_id, tender, Operation.UPDATE, reason)
        outcome = Outcome(kind=declared, ground=ground)
        return msgspec.structs.replace(_purchase(tender), act=following, outcome=outcome)

    return make


def documentation(documents: tuple[Document, ...], reason: str) -> Maker:
    """All files of the purchase as they shall stand."""

    def make(owner: Owner, object_id: UUID, tender: State) -> TenderDocumentation:
        following = act(owner, object_id, tender, Operation.UPDATE, reason)
        return TenderDocumentation(act=following, documents=documents)

    return make


def extension(
    bids_to: datetime, opening_at: datetime | None, reason: str, decided_by: str
) -> Maker:
    """A later end of bidding, and a later opening where there is one."""

    def make(owner: Owner, object_id: UUID, tender: State) -> PurchaseExtension:
        purchase = _purchase(tender)
        if purchase.bids_to is None:
            raise RefusedByRule("a purchase without a term for bids cannot be extended")
        return PurchaseExtension(
            act=act(owner, object_id, tender, Operation.UPDATE, reason),
            old_bids_to=purchase.bids_to,
            new_bids_to=bids_to,
            old_opening_at=purchase.opening_at if opening_at else None,
            new_opening_at=opening_at,
            documentation_changed=False,
            decided_by=decided_by,
        )

    return make


def _purchase(tender: State) -> Purchase:
    if isinstance(tender, SignedVersion):
        return tender.purchase
    raise RefusedByRule(f"a tender that is {tender.status.lower()} has no announced purchase")
