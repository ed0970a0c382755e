"""What the SEZ makes of its events beside them, for the audit."""

from collections.abc import Iterable, Mapping, Sequence
from types import UnionType
from typing import Any, TypeAlias
from uuid import UUID

from sez.administration.exported import EvidenceExported
from sez.administration.refused_tokens import TokensRefused
from sez.administration.started import SystemStarted
from sez.audits.asked import AUDIT, AuditAsked, ObjectAuditAsked
from sez.changes.answers import CHANGES, CHANGES_ID, ChangesAnswered
from sez.classifiers.editions import (
    COPY,
    COPY_ID,
    ClassifierEditionCopied,
    ClassifiersCompared,
)
from sez.encryption.installed import INSTALLED, KEYS_ID, EncryptionKeyInstalled
from sez.kinds import KINDS
from sez.notices.notice import NOTICE, NoticeReceived
from sez.records.version import RecordEvent
from sez.registry_log.watched import (
    REGISTRY_LOG,
    REGISTRY_LOG_ID,
    RegistryLogAlarmEnded,
    RegistryLogEvent,
    RegistryLogNotProven,
    RegistryLogProven,
)
from sez.suppliers.events import SupplierQueried
from sez.synchronisation import listing, order
from sez.synchronisation.attesting import AttestationReceived
from sez.synchronisation.first_question import FIRST_QUESTION, VersionQuestionPut
from sez.synchronisation.gate import (
    WAY,
    WAY_ID,
    RegistryReachable,
    RegistryUnreachable,
    SendingResumed,
    SendingStopped,
)
from sez.synchronisation.outbox_schema import SCHEMA
from sez.synchronisation.package_events import PackageEvent
from sez.synchronisation.package_writer import NUMBER, NUMBER_ID, PACKAGE, NumberTaken
from sez.time_sync.drift import ClockMeasured
from shared_contracts.event_log.checksums import kept as checksums
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.derived import Derived, Views, Whose, undeclared
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.writing.commit import Claim, HeadKey
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.notice import Notice
from shared_contracts.messages.supplier import SUPPLIER

Own: TypeAlias = (
    RecordEvent
    | PackageEvent
    | NumberTaken
    | RegistryUnreachable
    | RegistryReachable
    | SendingStopped
    | SendingResumed
    | AttestationReceived
    | ClockMeasured
    | SystemStarted
    | TokensRefused
    | EvidenceExported
    | ClassifierEditionCopied
    | ClassifiersCompared
    | ChangesAnswered
    | NoticeReceived
    | AuditAsked
    | ObjectAuditAsked
    | RegistryLogEvent
    | EncryptionKeyInstalled
)
"""The events of a SEZ; those of a kind of record are below ``RecordEvent``."""


def own(event: Event) -> Own:
    """The event as one of a SEZ; TypeError where nobody said what follows from it."""
    if isinstance(event, Own):
        return event
    raise undeclared(event)


_ALONE: Mapping[type[Event], UUID] = {
    ClassifierEditionCopied: COPY_ID,
    ClassifiersCompared: COPY_ID,
    ChangesAnswered: CHANGES_ID,
    EncryptionKeyInstalled: KEYS_ID,
}
"""Events of objects of which a SEZ has one."""


def _object_ids(event: Event) -> Iterable[UUID]:
    match own(event):
        case RecordEvent(object_id=object_id) | NoticeReceived(notice=Notice(notice_id=object_id)):
            return (object_id,)
        case (
            PackageEvent(message_id=object_id)
            | AuditAsked(audit_id=object_id)
            | ObjectAuditAsked(audit_id=object_id)
        ):
            return (object_id,)
        case NumberTaken():
            return (NUMBER_ID,)
        case RegistryUnreachable() | RegistryReachable() | SendingStopped() | SendingResumed():
            return (WAY_ID,)
        case (
            ClassifierEditionCopied()
            | ClassifiersCompared()
            | ChangesAnswered()
            | EncryptionKeyInstalled()
        ):
            return (_ALONE[type(event)],)
        case RegistryLogProven() | RegistryLogNotProven() | RegistryLogAlarmEnded():
            return (REGISTRY_LOG_ID,)
        case (
            AttestationReceived()
            | ClockMeasured()
            | SystemStarted()
            | TokensRefused()
            | EvidenceExported()
        ):
            return ()


def _claims(_: UUID, event: Event) -> Iterable[Claim]:
    match own(event):
        case NumberTaken(number=number, message_id=message_id):
            return (Claim(f"sequence/{number}", str(message_id)),)
        case RecordEvent() | PackageEvent() | AttestationReceived() | ClockMeasured():
            return ()
        case RegistryUnreachable() | RegistryReachable() | SendingStopped() | SendingResumed():
            return ()
        case ClassifierEditionCopied() | ClassifiersCompared() | ChangesAnswered():
            return ()
        case NoticeReceived() | AuditAsked() | ObjectAuditAsked() | SystemStarted():
            return ()
        case TokensRefused() | EvidenceExported() | EncryptionKeyInstalled():
            return ()
        case RegistryLogProven() | RegistryLogNotProven() | RegistryLogAlarmEnded():
            return ()


_ONLY: Sequence[tuple[type[Event] | UnionType, tuple[str, UUID]]] = (
    (NumberTaken, (NUMBER.name, NUMBER_ID)),
    (RegistryUnreachable | RegistryReachable | SendingStopped | SendingResumed, (WAY.name, WAY_ID)),
    (ClassifierEditionCopied | ClassifiersCompared, (COPY.name, COPY_ID)),
    (ChangesAnswered, (CHANGES.name, CHANGES_ID)),
    (EncryptionKeyInstalled, (INSTALLED.name, KEYS_ID)),
    (RegistryLogProven | RegistryLogNotProven, (REGISTRY_LOG.name, REGISTRY_LOG_ID)),
)
"""Kind and id of the objects of which a SEZ has one, by their events."""


def _keys(whose: Whose, event: Event) -> tuple[HeadKey, ...]:
    found = _place(own(event))
    return () if found is None else (HeadKey(whose.environment, whose.code, *found),)


def _place(event: Own) -> tuple[str, UUID] | None:
    """Kind and id of the object whose stream an event begins."""
    match event:
        case VersionQuestionPut(object_id=object_id):
            return FIRST_QUESTION.name, object_id
        case SupplierQueried(object_id=object_id):
            return KINDS[SUPPLIER].objects.name, object_id
        case RecordEvent(object_id=object_id):
            document: Amendable | None = getattr(event, "document", None)
            kind = None if document is None else KINDS[document.act.object_type]
            return None if kind is None else (kind.objects.name, object_id)
        case PackageEvent(message_id=object_id):
            return PACKAGE.name, object_id
        case NoticeReceived(notice=Notice(notice_id=object_id)):
            return NOTICE.name, object_id
        case AuditAsked(audit_id=object_id):
            return AUDIT.name, object_id
        case _:
            return next((place for of, place in _ONLY if isinstance(event, of)), None)


_KINDS: tuple[ObjectKind[Any], ...] = (
    *(kind.objects for kind in KINDS.values()),
    *(PACKAGE, NUMBER, WAY, COPY, CHANGES, NOTICE, AUDIT, FIRST_QUESTION, REGISTRY_LOG, INSTALLED),
)

DERIVED = Derived(
    system="sez",
    kinds={kind.name: kind for kind in _KINDS},
    object_ids=_object_ids,
    claims=_claims,
    keys=_keys,
    one_owner=True,
    views=Views(
        follower=listing.NAME,
        schema=SCHEMA,
        tables={
            "versions": ("object_id", "version"),
            "packages": ("message_id",),
            "places": ("place", "object_id"),
            **order.TABLES,
            **checksums.TABLES,
        },
        apply=listing.apply,
        beside=("holds",),
    ),
)
"""States of objects, packages, the sequence and the way; claims; the outbox."""
