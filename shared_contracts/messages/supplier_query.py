"""What is asked about suppliers, and what the Registry answers (S216-A2.4.1-5, S216-A3.2b)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared_contracts.messages.document import LocalizedText, Part
from shared_contracts.messages.receipt import Finding
from shared_contracts.messages.supplier import ForeignId
from shared_contracts.messages.system_message import SystemMessage, SystemQuestion


class QueryOutcome(StrEnum):
    """What the Registry makes of a query (S216-A2.4.3, S216-A2.4.5)."""

    SUPPLEMENT_REQUIRED = "SUPPLEMENT_REQUIRED"
    CANDIDATES = "CANDIDATES"


class SupplierQuery(SystemQuestion, frozen=True, kw_only=True):
    """The question which suppliers the Registry knows: by number, or by words of the name."""

    bin: str | None = None
    iin: str | None = None
    foreign_id: ForeignId | None = None
    name_fragment: str | None = None
    kato: str | None = None
    opf: str | None = None


class Candidate(Part, frozen=True, kw_only=True):
    """A supplier on record that may be meant; ``match_score`` from 1 to 100."""

    registry_id: UUID
    match_score: int
    card_hash: str
    kind: str
    bin: str | None = None
    iin: str | None = None
    foreign_id: ForeignId | None = None
    name: LocalizedText
    kato: str | None = None
    opf: str | None = None
    status: str


class SupplierQueryResult(SystemMessage, frozen=True, kw_only=True):
    """The answer to a query: what must be added to it, or a list to choose from.

    ``missing_fields`` names elements of the query; the findings say why, each with its cure.
    """

    result: QueryOutcome
    missing_fields: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    answered_at: datetime


class SupplierCheck(SystemQuestion, frozen=True, kw_only=True):
    """The question whether a supplier is on record (S216-A3.2b)."""

    bin: str | None = None
    iin: str | None = None
    foreign_id: ForeignId | None = None


class SupplierCheckResult(SystemMessage, frozen=True, kw_only=True):
    """Whether a supplier is on record, under which identifier and in which state."""

    exists: bool
    registry_id: UUID | None = None
    status: str | None = None
    findings: tuple[Finding, ...] = ()
    answered_at: datetime
