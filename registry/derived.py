"""What the Registry makes of its events beside them, for the audit and for its follower."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from registry.admission.case import ADMISSION
from registry.admission.documents.signatures import ADMISSION_DOCUMENT, AdmissionDocumentSigned
from registry.admission.events import AdmissionEvent, AdmissionFiled
from registry.admission.inspecting.inspection import INSPECTION, InspectionEvent, InspectionOpened
from registry.audits.audit import AUDIT
from registry.audits.events import AuditEvent, AuditOrdered
from registry.classifiers.editions import ClassifierEditionImported, ClassifierEditionWithdrawn
from registry.classifiers.store import CLASSIFIER, NAMESPACE
from registry.drift.difference import DRIFT, DriftEvent
from registry.encryption.system_keys import ENCRYPTION, EncryptionKeyAnnounced
from registry.exclusions.exclusion import EXCLUSION, ExclusionEvent
from registry.findings.finding import FINDING, FindingEvent, ReviewEvent
from registry.findings.runs import RUNS, HourlyRunDone
from registry.goods import listing as goods
from registry.intake.context import MESSAGE
from registry.intake.verdict_log import CertificateChecked, RevocationListKept
from registry.kinds import KINDS
from registry.messages import listing as messages
from registry.messages.message import (
    MessageDeciphered,
    MessageEvent,
    PackageDeferred,
    PackageRefused,
    ReceiptIssued,
)
from registry.messages.pushes import listing as push_listing
from registry.messages.pushes.push import PushEvent
from registry.messages.ticket import TicketEvent
from registry.messages.tickets import listing as tickets
from registry.notices.notice import NOTICE, NoticeEvent, NoticeFormed
from registry.programmes.change import CHANGE, ProgrammeChangeAnswered
from registry.records import listing as records
from registry.records.record import ReferenceRecorded, VersionRecorded
from registry.records.trees import listing as trees
from registry.sez_logs.watched import SEZ_LOG, SezLogEvent
from registry.strangers.arrival import ArrivalsCounted
from registry.suppliers.query import QUERY, SupplierQueryAnswered
from registry.systems.register import SYSTEM
from registry.systems.system import SystemRegistered, SystemStopped, system_id
from shared_contracts.event_log.checksums import kept as checksums
from shared_contracts.event_log.derived import Derived, ViewPart, Views, Whose, undeclared
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.writing.commit import Claim, HeadKey

FOLLOWER = "views"
"""Name of the follower that keeps what is listed."""


def _apply_exchanged(cursor: Any, events: Sequence[Recorded]) -> None:  # noqa: ANN401  # the listings know it
    """Versions, trees of checksums, and messages with their tickets."""
    records.apply(cursor, events)
    trees.apply(cursor, events)
    messages.apply(cursor, events)
    tickets.apply(cursor, events)
    push_listing.apply(cursor, events)


def _apply_kinds(cursor: Any, events: Sequence[Recorded]) -> None:  # noqa: ANN401  # the listings know it
    """The objects of each kind, and the goods, which are made from them."""
    for kind in KINDS.values():
        kind.apply(cursor, events)
    goods.apply(cursor, events)


def apply(cursor: Any, events: Sequence[Recorded]) -> None:  # noqa: ANN401  # the listings know it
    """Bring all views up to date with a batch of events, in one transaction."""
    _apply_exchanged(cursor, events)
    _apply_kinds(cursor, events)


Own: TypeAlias = (
    MessageEvent
    | ReceiptIssued
    | VersionRecorded
    | ReferenceRecorded
    | SystemRegistered
    | SystemStopped
    | ClassifierEditionImported
    | ClassifierEditionWithdrawn
    | CertificateChecked
    | RevocationListKept
    | ArrivalsCounted
    | SupplierQueryAnswered
    | ExclusionEvent
    | NoticeEvent
    | ReviewEvent
    | ProgrammeChangeAnswered
    | TicketEvent
    | PushEvent
    | AuditEvent
    | SezLogEvent
    | DriftEvent
    | AdmissionEvent
    | InspectionEvent
    | AdmissionDocumentSigned
    | EncryptionKeyAnnounced
)
"""The Registry's events; those of a kind of record are below ``VersionRecorded`` and
``ReferenceRecorded``."""


def own(event: Event) -> Own:
    """The event as one of the Registry's; TypeError where nobody said what follows from it."""
    if isinstance(event, Own):
        return event
    raise undeclared(event)


def _object_ids(event: Event) -> Iterable[UUID]:
    match own(event):
        case SupplierQueryAnswered(message_id=message_id) | TicketEvent(message_id=message_id):
            return (message_id,)
        case MessageEvent() as message:  # a message apart is kept under its content
            return message.message_id, UUID(bytes=bytes.fromhex(message.package_hash)[:16])
        case VersionRecorded(header=header):
            return (header.object_id,)
        case (
            ReferenceRecorded(object_id=object_id)
            | ExclusionEvent(customer_id=object_id)
            | NoticeEvent(notice_id=object_id)
            | ReviewEvent(object_id=object_id)
            | ProgrammeChangeAnswered(object_id=object_id)
            | AuditEvent(audit_id=object_id)
            | SupplierQueryAnswered(message_id=object_id)
            | AdmissionEvent(admission_id=object_id)
            | InspectionEvent(inspection_id=object_id)
            | AdmissionDocumentSigned(object_id=object_id)
            | EncryptionKeyAnnounced(object_id=object_id)
            | DriftEvent(object_id=object_id)
        ):
            return (object_id,)
        case SystemRegistered(code=code) | SystemStopped(code=code) | SezLogEvent(sez_code=code):
            return (system_id(code),)
        case (
            ClassifierEditionImported(classifier=name) | ClassifierEditionWithdrawn(classifier=name)
        ):
            return (uuid5(NAMESPACE, name),)
        case (
            ReceiptIssued()
            | PushEvent()
            | CertificateChecked()
            | RevocationListKept()
            | ArrivalsCounted()
        ):
            return ()


def _claims(originator_id: UUID, event: Event) -> Iterable[Claim]:
    match own(event):
        case RevocationListKept(sha256=sha256):
            return (Claim(f"crl/{sha256}", str(originator_id)),)
        case PackageDeferred() | MessageDeciphered():
            return ()
        case MessageEvent() as message:
            return _number_used(message)
        case VersionRecorded(header=header) as version:
            return KINDS[header.object_type].claims(version)
        case (
            ReceiptIssued()
            | SystemRegistered()
            | CertificateChecked()
            | TicketEvent()
            | PushEvent()
            | AuditEvent()
            | SezLogEvent()
            | DriftEvent()
            | ClassifierEditionImported()
            | ClassifierEditionWithdrawn()
            | NoticeEvent()
            | ReviewEvent()
            | ArrivalsCounted()
            | SupplierQueryAnswered()
            | ReferenceRecorded()
            | ExclusionEvent()
            | ProgrammeChangeAnswered()
            | SystemStopped()
            | AdmissionEvent()
            | InspectionEvent()
            | AdmissionDocumentSigned()
            | EncryptionKeyAnnounced()
        ):
            return ()


def _number_used(message: MessageEvent) -> Iterable[Claim]:
    if not message.sequence or not messages.uses(message):
        return ()
    key = f"sequence/{message.environment}/{message.sez_code}/{message.sequence}"
    return (Claim(key, str(message.message_id)),)


_PLACES: Sequence[tuple[type[Event], Callable[[Any], tuple[str, str, UUID]]]] = (
    (VersionRecorded, lambda at: (at.sez_code, at.header.object_type, at.header.object_id)),
    (SystemRegistered, lambda at: (at.code, SYSTEM.name, system_id(at.code))),
    (ClassifierEditionImported, lambda at: _of_classifier(at.classifier)),
    (AdmissionFiled, lambda at: ("", ADMISSION.name, at.admission_id)),
    (AdmissionDocumentSigned, lambda at: ("", ADMISSION_DOCUMENT.name, at.object_id)),
    (InspectionOpened, lambda at: ("", INSPECTION.name, at.inspection_id)),
    (ExclusionEvent, lambda at: ("", EXCLUSION.name, at.customer_id)),
    (NoticeFormed, lambda at: (at.notice.sez_code, NOTICE.name, at.notice_id)),
    (FindingEvent, lambda at: (at.sez_code, FINDING.name, at.object_id)),
    (HourlyRunDone, lambda at: ("", RUNS.name, at.object_id)),
    (ProgrammeChangeAnswered, lambda at: (at.sez_code, CHANGE.name, at.object_id)),
    (SupplierQueryAnswered, lambda at: (at.sez_code, QUERY.name, at.message_id)),
    (AuditOrdered, lambda at: (at.order.sez_code, AUDIT.name, at.audit_id)),
    (EncryptionKeyAnnounced, lambda at: (at.key.sez_code, ENCRYPTION.name, at.object_id)),
    (SezLogEvent, lambda at: (at.sez_code, SEZ_LOG.name, system_id(at.sez_code))),
    (DriftEvent, lambda at: (at.sez_code, DRIFT.name, system_id(at.sez_code))),
)
"""System, kind and id in the key of an object, by the first event of its stream."""


def _of_classifier(name: str) -> tuple[str, str, UUID]:
    return "REGISTRY", CLASSIFIER.name, uuid5(NAMESPACE, name)


def _keys(whose: Whose, event: Event) -> tuple[HeadKey, ...]:
    known = own(event)
    if isinstance(known, MessageEvent):
        return _message_keys(whose, known)
    found = next((place for kind, place in _PLACES if isinstance(event, kind)), None)
    return () if found is None else (HeadKey(whose.environment, *found(event)),)


def _message_keys(whose: Whose, message: MessageEvent) -> tuple[HeadKey, ...]:
    """By its id, or by its content where the id is another's or may still be used (wire.md 6)."""
    content = UUID(bytes=bytes.fromhex(message.package_hash)[:16])
    apart = HeadKey(whose.environment, message.sez_code, "MESSAGE_CLASH", content)
    if isinstance(message, PackageRefused) and _is_apart(message):
        return (apart,)
    return HeadKey(whose.environment, message.sez_code, MESSAGE.name, message.message_id), apart


def _is_apart(refused: PackageRefused) -> bool:
    """Whether the id is taken, or a package is meant for another environment.

    A statement that a number was never sent names no documents, and is kept by its id.
    """
    foreign = "I-09" in refused.rules and bool(refused.document_hashes)
    return foreign or "I-06" in refused.rules


_EXCHANGED: Mapping[str, tuple[str, ...]] = {
    "versions": ("position",),
    "numbers": ("sez_code", "number"),
    "gaps": ("sez_code", "number"),
    "tickets": ("ticket_id",),
    "pushes": ("ticket_id",),
}
_OF_KINDS: Mapping[str, tuple[str, ...]] = {
    **{name: key for kind in KINDS.values() for name, key in kind.tables.items()},
    **goods.TABLES,
}

DERIVED = Derived(
    system="registry",
    kinds={
        "MESSAGE": MESSAGE,
        "MESSAGE_CLASH": MESSAGE,
        "SYSTEM": SYSTEM,
        "AUDIT": AUDIT,
        "CLASSIFIER": CLASSIFIER,
        **{one.name: one for one in (QUERY, EXCLUSION, ADMISSION, INSPECTION, ADMISSION_DOCUMENT)},
        **{one.name: one for one in (NOTICE, FINDING, SEZ_LOG, DRIFT, RUNS, CHANGE, ENCRYPTION)},
        **{kind.objects.name: kind.objects for kind in KINDS.values()},
    },
    object_ids=_object_ids,
    claims=_claims,
    keys=_keys,
    views=Views(
        follower=FOLLOWER,
        schema=";".join(
            (
                *(records.SCHEMA, messages.SCHEMA, tickets.SCHEMA, push_listing.SCHEMA),
                *(kind.schema for kind in KINDS.values()),
                goods.SCHEMA,
                checksums.SCHEMA,
            )
        ),
        tables={**_EXCHANGED, **_OF_KINDS, **checksums.TABLES},
        apply=apply,
        beside=("arrivals", "arrivals_kept", "wanted_files"),
        reads=("items",),
        parts=(
            ViewPart((*_EXCHANGED, *checksums.TABLES), _apply_exchanged),
            ViewPart(tuple(_OF_KINDS), _apply_kinds),
        ),
    ),
)
"""States of messages, objects, systems, classifiers and exclusions; claims; what is listed."""
