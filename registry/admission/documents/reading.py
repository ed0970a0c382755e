"""Which documents an application has, by its events, and who has a copy of each (reading R134)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec

from registry.admission.admissions import Admissions
from registry.admission.case import ADMISSION
from registry.admission.documents.case_document import FORMAT, CaseDocument, CaseDocumentKind
from registry.admission.documents.inspection_documents import (
    Delivery,
    deliveries,
    inspected,
    of_inspection,
)
from registry.admission.events import (
    ActDrawnUp,
    AdmissionAbandoned,
    AdmissionEvent,
    AdmissionFiled,
    AdmissionNotified,
    AdmissionReturned,
    ConditionsChangeDecided,
    ConditionsChangeRequested,
    ConsultantInvited,
    CopyDelivered,
    DiscrepanciesMended,
    SessionTaken,
    SignedFor,
    StageConcluded,
    SynchronisationRefused,
    SynchronisationStopped,
    WorkingGroupCreated,
)
from registry.admission.inventory_events import InventoryChangeDecided, InventoryChangeRequested
from registry.admission.regulation import ACT, APPLICANT, Regulation, StageResult
from registry.admission.sessions import SESSION
from shared_contracts.astana_time import to_astana
from shared_contracts.errors import Absent
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.log import HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence

CONTENT: Final = (
    *("by", "form", "flaws", "previous", "reasons", "members", "organisation", "role", "stage"),
    *("round", "verdict", "lines", "remarks", "what", "entry", "statement", "granted", "reason"),
    *("ground", "overdue", "copies", "inventory"),
)
"""What a document takes from its event, under the name that it has there."""

KINDS: Final[Mapping[type[AdmissionEvent], tuple[CaseDocumentKind, str]]] = MappingProxyType(
    {
        AdmissionFiled: (CaseDocumentKind.APPLICATION, "application"),
        AdmissionNotified: (CaseDocumentKind.NOTIFICATION, "notification"),
        AdmissionReturned: (CaseDocumentKind.RETURN, "return"),
        WorkingGroupCreated: (CaseDocumentKind.GROUP, "group-{count}"),
        ConsultantInvited: (CaseDocumentKind.CONSULTANT, "consultant-{count}"),
        StageConcluded: (CaseDocumentKind.PROTOCOL, "{stage}-{event.round}"),
        DiscrepanciesMended: (CaseDocumentKind.MENDING, "{stage}-{event.round}-mended"),
        SynchronisationRefused: (CaseDocumentKind.REFUSAL, "refusal"),
        AdmissionAbandoned: (CaseDocumentKind.ABANDONMENT, "abandonment"),
        ActDrawnUp: (CaseDocumentKind.ACT, "act"),
        ConditionsChangeRequested: (
            CaseDocumentKind.CHANGE_STATEMENT,
            "change-{event.number}-statement",
        ),
        ConditionsChangeDecided: (
            CaseDocumentKind.CHANGE_DECISION,
            "change-{event.number}-decision",
        ),
        InventoryChangeRequested: (
            CaseDocumentKind.INVENTORY_STATEMENT,
            "inventory-{event.number}-statement",
        ),
        InventoryChangeDecided: (
            CaseDocumentKind.INVENTORY_DECISION,
            "inventory-{event.number}-decision",
        ),
        SynchronisationStopped: (CaseDocumentKind.STOP, "stop"),
    }
)
"""Which events make a document, of what kind and under which name."""


class CopyOfDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A copy: for whom, and its delivery once there is one."""

    body: str
    delivered_at: datetime | None = None
    received_by: str = ""
    way: str = ""


class ListedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document in the list of an application; it is issued when each copy has its delivery."""

    name: str
    kind: CaseDocumentKind
    number: int
    clause: str
    at: datetime
    signers: tuple[SignedFor, ...]
    copies: tuple[CopyOfDocument, ...]
    issued: bool


def history(admissions: Admissions, admission_id: UUID) -> list[Recorded]:
    """All that happened to an application, in its order (``Absent``)."""
    key = HeadKey(admissions.environment, "", ADMISSION.name, admission_id)
    head = admissions.log.heads([key]).get(key)
    if head is None:
        raise Absent(
            f"no admission {admission_id}; `registry admission list` shows those there are"
        )
    return list(admissions.log.stream(head.originator_id))


def documents(admissions: Admissions, admission_id: UUID) -> Iterator[CaseDocument]:
    """The documents of an application in the order in which they came about (``Absent``)."""
    happened = history(admissions, admission_id)
    case = admissions.find(admission_id)
    law = admissions.regulations.get(case.regulation)
    yield from of_history(((one.version, one.event) for one in happened), law)
    for place, events in enumerate(inspected(admissions, case, law), start=1):
        yield from of_inspection(events, case, law.inspection, place)


def of_history(happened: Iterable[tuple[int, Event]], law: Regulation) -> Iterator[CaseDocument]:
    """The documents that the events of one application made, each by its number, by its law."""
    events = list(happened)
    taken = [event for _, event in events if isinstance(event, SessionTaken)]
    sessions = {(one.stage, one.round): one.session for one in taken}
    counts: dict[CaseDocumentKind, int] = {}
    head: dict[str, Any] = {}
    for number, event in events:
        if isinstance(event, AdmissionFiled):
            head = _head(event)
        if not isinstance(event, AdmissionEvent) or type(event) not in KINDS:
            continue
        kind = KINDS[type(event)][0]
        counts[kind] = counts.get(kind, 0) + 1
        name = _name(event, counts[kind])
        told = {"name": name, "number": number} | head
        if isinstance(event, StageConcluded):
            told["session"] = sessions.get((event.stage, event.round))
        yield _document(event, law, told)


def find(admissions: Admissions, admission_id: UUID, name: str) -> CaseDocument:
    """A document by its name (``Absent`` says which there are)."""
    names = []
    for one in documents(admissions, admission_id):
        if one.name == name:
            return one
        names.append(one.name)
    raise Absent(f"admission {admission_id} has no document {name}; it has {', '.join(names)}")


def session_file(admissions: Admissions, admission_id: UUID, name: str) -> bytes:
    """The signed session on which a protocol rests, as it was sent (``Absent``)."""
    told = find(admissions, admission_id, name)
    later = (one for one in history(admissions, admission_id) if one.version == told.number + 1)
    data = proven_evidence(admissions.log, later, SESSION, _session_named)
    if data is None:
        raise Absent(f"document {name} of admission {admission_id} rests on no session")
    return data


def _session_named(event: Event) -> str | None:
    return event.session_sha256 if isinstance(event, SessionTaken) else None


def listed(admissions: Admissions, admission_id: UUID) -> list[ListedDocument]:
    """The documents of an application, with the delivery of each copy (``Absent``)."""
    delivered: dict[tuple[str, int, str], Delivery] = {
        (one.event.document, one.event.round, one.event.addressee): one.event
        for one in history(admissions, admission_id)
        if isinstance(one.event, CopyDelivered)
    }
    case = admissions.find(admission_id)
    law = admissions.regulations.get(case.regulation)
    known = {**delivered, **deliveries(inspected(admissions, case, law))}
    return [_listed(one, known.get) for one in documents(admissions, admission_id)]


def _listed(
    told: CaseDocument, delivery: Callable[[tuple[str, int, str]], Delivery | None]
) -> ListedDocument:
    place = (ACT, 1) if told.kind is CaseDocumentKind.ACT else (told.stage, told.round)
    place = (told.name, 0) if told.kind is CaseDocumentKind.INSPECTION else place
    copies = tuple(_copy(one, delivery((*place, one))) for one in told.copies)
    return ListedDocument(
        name=told.name,
        kind=told.kind,
        number=told.number,
        clause=told.clause,
        at=told.at,
        signers=told.signers,
        copies=copies,
        issued=all(one.delivered_at is not None for one in copies),
    )


def _copy(body: str, delivery: Delivery | None) -> CopyOfDocument:
    if delivery is None:
        return CopyOfDocument(body=body)
    return CopyOfDocument(
        body=body,
        delivered_at=to_astana(delivery.at),
        received_by=delivery.received_by,
        way=delivery.way,
    )


def _head(event: AdmissionFiled) -> dict[str, Any]:
    """What all documents of an application say of it."""
    form = event.form
    return {
        "environment": event.environment,
        "regulation": event.regulation,
        "applicant": form.applicant.name,
        "applicant_number": form.applicant.number,
        "sez_name": form.sez_name,
    }


def _name(event: AdmissionEvent, count: int) -> str:
    stage = str(getattr(event, "stage", "")).lower().replace("_", "-")
    return KINDS[type(event)][1].format(event=event, count=count, stage=stage)


def _document(event: AdmissionEvent, law: Regulation, head: dict[str, Any]) -> CaseDocument:
    content = {name: getattr(event, name) for name in CONTENT if hasattr(event, name)}
    return CaseDocument(
        format=FORMAT,
        admission_id=event.admission_id,
        clause=event.clause,
        at=to_astana(event.at),
        signers=_signers(event),
        copies_clause=_copies_clause(event, law),
        kind=_kind(event, law),
        **head,
        **content,
    )


def _kind(event: AdmissionEvent, law: Regulation) -> CaseDocumentKind:
    if isinstance(event, StageConcluded):
        stage = law.of_stage(event.stage)
        if stage is not None and stage.result is StageResult.RECORD:
            return CaseDocumentKind.RECORD
    return KINDS[type(event)][0]


def _signers(event: AdmissionEvent) -> tuple[SignedFor, ...]:
    """Who signed: for each copy one, else whoever acted, of an application the applicant."""
    if isinstance(event, AdmissionFiled):
        form = event.form
        named = form.signed_by or form.applicant.representative or form.applicant.name
        return (SignedFor(body=APPLICANT, person=named),) if named else ()
    if isinstance(event, StageConcluded | ActDrawnUp) and event.signatures:
        return event.signatures
    by = event.by  # type: ignore[attr-defined]  # each of these events has it, as a test holds
    return (SignedFor(body=by.body, person=by.person),)


def _copies_clause(event: AdmissionEvent, law: Regulation) -> str:
    if isinstance(event, ActDrawnUp):
        return law.act.copies_clause
    stage = law.of_stage(event.stage) if isinstance(event, StageConcluded) else None
    return stage.copies_clause if stage and stage.copies else ""
