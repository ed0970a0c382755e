"""A document of an application for programs: what was filed, answered, found or decided.

It follows from one event of the application, so it never changes once that happened. Its JSON
Schema is published: ``shared_contracts/printing/schemas/admission-document-1.json``.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from registry.admission.completeness import ApplicationFlaw
from registry.admission.events import (
    ActingPerson,
    GroupMember,
    PointVerdict,
    ProtocolSession,
    ReturnReason,
    SignedFor,
    StageVerdict,
)
from registry.admission.form import ApplicationForm
from registry.admission.inventory import Inventory
from registry.systems.entry import RegisterEntry
from shared_contracts.messages.document import Environment

FORMAT: Final = "kz.tru-registry.admission-document/1"


class CaseDocumentKind(StrEnum):
    """What a document is."""

    APPLICATION = "APPLICATION"
    NOTIFICATION = "NOTIFICATION"
    RETURN = "RETURN"
    GROUP = "GROUP"
    """The decision by which the working group was created, or made up anew."""
    CONSULTANT = "CONSULTANT"
    PROTOCOL = "PROTOCOL"
    RECORD = "RECORD"
    """The result of a step of which the order wants no protocol."""
    MENDING = "MENDING"
    REFUSAL = "REFUSAL"
    ABANDONMENT = "ABANDONMENT"
    """The end of an application before its act, which nobody refused."""
    ACT = "ACT"
    CHANGE_STATEMENT = "CHANGE_STATEMENT"
    CHANGE_DECISION = "CHANGE_DECISION"
    INVENTORY_STATEMENT = "INVENTORY_STATEMENT"
    INVENTORY_DECISION = "INVENTORY_DECISION"
    STOP = "STOP"
    INSPECTION = "INSPECTION"
    """What an inspection found."""


class CaseDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document: what it is, by which clause, who signs, who gets a copy, and what it says.

    ``number`` is that of its event. ``signers`` have signed by the record; ``copies`` are the
    bodies of which each gets one. What follows ``by`` is there where a document of the kind has it.
    """

    format: Literal["kz.tru-registry.admission-document/1"]
    environment: Environment
    admission_id: UUID
    name: str
    kind: CaseDocumentKind
    number: int
    regulation: str
    clause: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    applicant: str
    applicant_number: str
    sez_name: str
    signers: tuple[SignedFor, ...]
    copies: tuple[str, ...] = ()
    copies_clause: str = ""
    by: ActingPerson | None = None
    form: ApplicationForm | None = None
    flaws: tuple[ApplicationFlaw, ...] = ()
    previous: UUID | None = None
    reasons: tuple[ReturnReason, ...] = ()
    members: tuple[GroupMember, ...] = ()
    organisation: str = ""
    role: str = ""
    stage: str = ""
    round: int = 0
    verdict: StageVerdict | None = None
    lines: tuple[PointVerdict, ...] = ()
    session: ProtocolSession | None = None
    remarks: str = ""
    what: str = ""
    entry: RegisterEntry | None = None
    inventory: Inventory | None = None
    statement: str = ""
    granted: bool | None = None
    reason: str = ""
    ground: str = ""
    overdue: tuple[str, ...] = ()
    began_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    findings: tuple[ReturnReason, ...] = ()


def as_json(told: CaseDocument) -> bytes:
    """The document as it is attached to its PDF and given over HTTP: indented, names in order."""
    content = msgspec.to_builtins(told)
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()
