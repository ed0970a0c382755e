"""What a supplier is meanwhile in the SEZ."""

from typing import TypeAlias
from uuid import UUID

from sez.records.state import SignedState
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.receipt import Finding
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.messages.supplier_query import Candidate, SupplierQuery


class NoSupplier(ObjectState, frozen=True, tag="UNKNOWN"):
    """There is no such supplier."""


class UnsignedCard(ObjectState, frozen=True, kw_only=True):
    """A card is drafted and nothing is signed; the Registry may have been asked about it."""

    document: SupplierCard


class NewCard(UnsignedCard, frozen=True, kw_only=True, tag="NEW"):
    """The Registry was not asked about it."""


class QueriedCard(UnsignedCard, frozen=True, kw_only=True, tag="QUERIED"):
    """The Registry was asked, and has not answered yet."""

    query: SupplierQuery


class CardToSupplement(UnsignedCard, frozen=True, kw_only=True, tag="SUPPLEMENT_REQUIRED"):
    """The Registry wants more in the query: in which of its elements (S216-A2.4.3)."""

    missing: tuple[str, ...]
    findings: tuple[Finding, ...]


class CardWithCandidates(UnsignedCard, frozen=True, kw_only=True, tag="CANDIDATES"):
    """The Registry gave a list, from which a person chooses (S216-A2.4.5-6)."""

    query_id: UUID
    candidates: tuple[Candidate, ...]


class SelectedCard(UnsignedCard, frozen=True, kw_only=True, tag="SELECTED"):
    """A person chose a card of the list, or none of them; the card is to be signed."""

    query_id: UUID
    registry_id: UUID | None = None
    card_hash: str | None = None


class SignedCard(SignedState, frozen=True, kw_only=True):
    """The last signed version: the card as it stands, and the hash to chain the next to."""

    card: SupplierCard

    @property
    def conditions_version(self) -> int:
        """The conditions under which it was registered."""
        return self.card.act.conditions_version


class ActiveCard(SignedCard, frozen=True, kw_only=True, tag="ACTIVE"):
    """The supplier has a signed card."""


class RemovedCard(SignedCard, frozen=True, kw_only=True, tag="DELETED"):
    """The supplier was deleted; nothing more may happen to it."""


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
