"""The Registry's answers: receipt, findings, fault detail (S216-13b, S216-A2.1.5-7)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared_contracts.messages.document import Environment, LocalizedText, ObjectType, Part


class Result(StrEnum):
    """Whether the package was recorded."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"


class Stage(StrEnum):
    """How far a package came, in the order of scheme 1 (S216-A2.1.2-5)."""

    INTEGRITY = "INTEGRITY"
    CERTIFICATE = "CERTIFICATE"
    FORMAT_LOGIC = "FORMAT_LOGIC"
    RECORDED = "RECORDED"


class Severity(StrEnum):
    """Whether a finding stands in the way."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


class Finding(Part, frozen=True, kw_only=True):
    """One thing found: by which rule, where, what value, and the cure in three languages."""

    rule_id: str
    severity: Severity
    record: int | None = None
    path: str
    value: str | None = None
    indication: str | None = None
    sub_indication: str | None = None
    text: LocalizedText
    cure: LocalizedText


class ChangedItem(Part, frozen=True, kw_only=True):
    """An item of a programme that was ADDED, CHANGED or REMOVED on record, and its identifier."""

    item_number: str
    change: str
    registry_id: UUID


class RecordResult(Part, frozen=True, kw_only=True):
    """What became of one record: identifiers given, and how late it came (S216-18.3).

    ``changed_fields`` are the paths of what a supplied version changed on record,
    ``changed_items`` the items, ``more_changed_items`` how many beyond those listed; all since
    contract 1.1.
    """

    number: int
    object_type: ObjectType
    object_id: UUID
    version: int
    document_hash: str
    registry_id: UUID | None = None
    formed_at: datetime
    seconds_after_forming: int
    late: bool
    changed_fields: tuple[str, ...] = ()
    changed_items: tuple[ChangedItem, ...] = ()
    more_changed_items: int = 0


class LogReference(Part, frozen=True, kw_only=True):
    """Where the package stands in the Registry's log, and the newest signed checkpoint.

    A package whose signature is not proven stands outside the log and has no leaf.
    """

    leaf_hash: str | None = None
    checkpoint: str


class Receipt(Part, frozen=True, kw_only=True):
    """The signed answer to a package; the SEZ's evidence of timely transfer.

    What could not be read of the package is absent.
    """

    receipt_id: UUID
    message_id: UUID | None = None
    sez_code: str | None = None
    environment: Environment
    sequence: int | None = None
    package_hash: str
    result: Result
    stage: Stage
    first_received_at: datetime
    received_at: datetime
    processed_at: datetime
    records: tuple[RecordResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    more_findings: int = 0
    log: LogReference


class FaultDetail(Part, frozen=True, kw_only=True):
    """What the detail of a SOAP fault says: code, incident, when to try again, what is missing."""

    code: str
    incident: UUID
    text: LocalizedText
    cure: LocalizedText
    retry_after_seconds: int | None = None
    hashes: tuple[str, ...] = ()
