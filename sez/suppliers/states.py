"""What a supplier is meanwhile in the SEZ."""

from typing import ClassVar, TypeAlias
from uuid import UUID

import msgspec

from shared_contracts.messages.receipt import Finding
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.messages.supplier_query import Candidate, SupplierQuery


class NoSupplier(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """There is no such supplier."""

    status: ClassVar[str] = "UNKNOWN"


class UnsignedCard(msgspec.Struct, frozen=True, kw_only=True, tag_field="status"):
    """A card is drafted and nothing is signed; the Registry may have been asked about it."""

    status: ClassVar[str] = ""
    document: SupplierCard


class NewCard(UnsignedCard, frozen=True, kw_only=True, tag="NEW"):
    """The Registry was not asked about it."""

    status: ClassVar[str] = "NEW"


class QueriedCard(UnsignedCard, frozen=True, kw_only=True, tag="QUERIED"):
    """The Registry was asked, and has not answered yet."""

    status: ClassVar[str] = "QUERIED"
    query: SupplierQuery


class CardToSupplement(UnsignedCard, frozen=True, kw_only=True, tag="SUPPLEMENT_REQUIRED"):
    """The Registry wants more in the query: in which of its elements (S216-A2.4.3)."""

    status: ClassVar[str] = "SUPPLEMENT_REQUIRED"
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]


class CardWithCandidates(UnsignedCard, frozen=True, kw_only=True, tag="CANDIDATES"):
    """The Registry gave a list, from which a person chooses (S216-A2.4.5-6)."""

    status: ClassVar[str] = "CANDIDATES"
    query_id: UUID
    candidates: tuple[Candidate, ...]


class SelectedCard(UnsignedCard, frozen=True, kw_only=True, tag="SELECTED"):
    """A person chose a card of the list, or none of them; the card is to be signed."""

    status: ClassVar[str] = "SELECTED"
    query_id: UUID
    registry_id: UUID | None = None
    card_hash: str | None = None


class SignedCard(msgspec.Struct, frozen=True, kw_only=True, tag_field="status"):
    """The last signed version: the card as it stands, and the hash to chain the next to."""

    status: ClassVar[str] = ""
    version: int
    document_hash: str
    card: SupplierCard

    @property
    def conditions_version(self) -> int:
        """The conditions under which it was registered."""
        return self.card.act.conditions_version


class ActiveCard(SignedCard, frozen=True, kw_only=True, tag="ACTIVE"):
    """The supplier has a signed card."""

    status: ClassVar[str] = "ACTIVE"


class RemovedCard(SignedCard, frozen=True, kw_only=True, tag="DELETED"):
    """The supplier was deleted; nothing more may happen to it."""

    status: ClassVar[str] = "DELETED"


State: TypeAlias = (
    NoSupplier
    | NewCard
    | QueriedCard
    | CardToSupplement
    | CardWithCandidates
    | SelectedCard
    | ActiveCard
    | RemovedCard
)
