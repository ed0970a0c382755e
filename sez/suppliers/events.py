"""What can happen to a supplier in the SEZ, and what can be asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sez.records.version import RecordEvent, VersionSigned, VersionTakenBack
from sez.suppliers.states import State
from shared_contracts.event_log.event import topic
from shared_contracts.messages.document import Deletion
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.messages.supplier_query import SupplierQuery, SupplierQueryResult

# What can happen


@topic("supplier-drafted.1")
class SupplierDrafted(RecordEvent, frozen=True, kw_only=True):
    """A card was drafted, or the draft was replaced."""

    drafted_at: datetime
    document: SupplierCard


@topic("supplier-queried.1")
class SupplierQueried(RecordEvent, frozen=True, kw_only=True):
    """The Registry is asked about a supplier; the signed query stands beside it (S216-A2.4.1)."""

    query: SupplierQuery
    query_sha256: str
    asked_at: datetime


@topic("supplier-answered.1")
class SupplierAnswered(RecordEvent, frozen=True, kw_only=True):
    """The Registry answered; its signed answer stands beside it (S216-A2.4.3, S216-A2.4.5)."""

    answer: SupplierQueryResult
    answer_sha256: str
    received_at: datetime


@topic("supplier-chosen.1")
class SupplierChosen(RecordEvent, frozen=True, kw_only=True):
    """A person chose from the list, or found that none of it suits (S216-A2.4.6)."""

    query_id: UUID
    registry_id: UUID | None = None
    card_hash: str | None = None
    chosen_by: str
    chosen_at: datetime


@topic("supplier-registered.1")
class SupplierRegistered(VersionSigned, frozen=True, kw_only=True):
    """The first card was signed (S216-A3.1j)."""

    document: SupplierCard


@topic("supplier-updated.1")
class SupplierUpdated(VersionSigned, frozen=True, kw_only=True):
    """A changed card was signed (S216-A3.1l)."""

    document: SupplierCard


@topic("supplier-removed.1")
class SupplierRemoved(VersionSigned, frozen=True, kw_only=True):
    """The deletion of the supplier was signed (S216-A3.1k)."""

    document: Deletion


@topic("supplier-version-withdrawn.1")
class SupplierVersionWithdrawn(VersionTakenBack, frozen=True, kw_only=True):
    """A refused version of a card was taken back (S216-A2.4.12)."""

    back_to: State


# What can be asked


@dataclass(frozen=True, slots=True)
class AskAbout:
    """Ask the Registry, by a signed query with this hash."""

    object_id: UUID
    query: SupplierQuery
    query_sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TakeAnswer:
    """Take the Registry's signed answer with this hash."""

    object_id: UUID
    answer: SupplierQueryResult
    answer_sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChooseCard:
    """Choose a card of the list by the Registry's identifier, or none; a person does."""

    object_id: UUID
    registry_id: UUID | None
    chosen_by: str
    at: datetime
