"""The pages of what an audit obtains, each bounded in rows and in what is read for it."""

import hashlib
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import Any
from uuid import UUID

from msgspec.structs import fields

from sez.audits.describing import entry
from sez.audits.listing import FIRST, AuditedStore, checksums
from sez.audits.object_listing import backwards, of_topics, rows_after
from sez.records.version import VersionSigned, VersionTakenBack
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.event import Recorded, topics
from shared_contracts.event_log.log import EventLog, restored
from shared_contracts.large_documents.apart import bare
from shared_contracts.limits import (
    AUDIT_CHANGES,
    AUDIT_CHECKSUMS,
    AUDIT_EVENTS,
    AUDIT_VALUE,
    CHANGED_FIELDS,
)
from shared_contracts.messages.audit import (
    AuditRequest,
    ChangedObject,
    ChangedProperty,
    LoggedEvent,
)
from shared_contracts.messages.differences import differences, is_whole
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import KINDS, kind_of
from shared_contracts.rules.rule import shown

CHUNK = 50
"""Events that are read at once: some hold a document with all its lines."""


HASHING = 12.0
"""Seconds after which a page ends early that has files to be hashed; a call waits thirty."""


def checksum_page(store: AuditedStore, request: AuditRequest, position: int) -> dict[str, Any]:
    """Checksums of the objects after the last one of the page before."""
    place = (request.after_object or FIRST, position)
    found, more = checksums(store, place, AUDIT_CHECKSUMS + 1, time.monotonic() + HASHING)
    page = found[:AUDIT_CHECKSUMS]
    return {
        "checksums": tuple(page),
        "more": more,
        "reached_object": page[-1].object_id if page else request.after_object,
    }


def event_page(log: EventLog, request: AuditRequest, position: int) -> dict[str, Any]:
    """Entries of the log after the last position that the page before looked at."""
    reached, found = request.after_position or 0, list[LoggedEvent]()
    last = min(position, reached + AUDIT_EVENTS)
    while reached < last:
        rows = [entry(row) for row in rows_after(log, reached, min(CHUNK, last - reached))]
        rows = [told for told in rows if told.position <= last]
        found += (told for told in rows if _is_within(request, told.recorded_at))
        reached = rows[-1].position if rows else last  # of a damaged log the rest is not there
    return {"logged_events": tuple(found)} | _ending(reached, position)


def entries_after(log: EventLog, after: int, most: int) -> list[LoggedEvent]:
    """Entries of the log after a position, as many as one asks for; rows are read some at once."""
    found = list[LoggedEvent]()
    while len(found) < most:
        rows = rows_after(
            log, found[-1].position if found else after, min(CHUNK, most - len(found))
        )
        if not rows:
            break
        found += map(entry, rows)
    return found


def change_page(log: EventLog, request: AuditRequest, position: int) -> dict[str, Any]:
    """Versions that were signed after the last position that the page before looked at.

    One that the Registry refused and the SEZ took back up to ``position`` is told by the log alone.
    """
    reached, found = request.after_position or 0, list[ChangedObject]()
    taken_back = _TakenBack(log, position)
    for recorded in _after(log, reached, position):
        reached, event = recorded.position, recorded.event
        if isinstance(event, VersionSigned) and _is_asked(request, recorded, event):
            if not taken_back.stands(recorded, event):
                continue
            found.append(_changed(_whole_before(log, recorded), recorded, event))
            if len(found) == AUDIT_CHANGES:
                break
    else:
        reached = min(position, (request.after_position or 0) + AUDIT_EVENTS)
    return {"changed_objects": tuple(found)} | _ending(reached, position)


@dataclass(frozen=True, slots=True)
class _TakenBack:
    """Which versions were taken back up to a position; asked once for each object of a page."""

    log: EventLog
    position: int
    _known: dict[UUID, list[tuple[int, int]]] = field(default_factory=dict)

    def stands(self, recorded: Recorded, event: VersionSigned) -> bool:
        """Whether a version was not taken back after it was signed."""
        stream = recorded.originator_id
        if (known := self._known.get(stream)) is None:
            known = self._known[stream] = [*self._read(stream, recorded.position)]
        return not any(at > recorded.position and first <= event.version for at, first in known)

    def _read(self, stream: UUID, after: int) -> Iterator[tuple[int, int]]:
        topics_of = [name for name, kind in topics().items() if issubclass(kind, VersionTakenBack)]
        for row in of_topics(self.log, stream, (after, self.position), topics_of):
            taken = restored(row)
            if isinstance(taken.event, VersionTakenBack):
                yield taken.position, taken.event.version


@cache
def _telling() -> tuple[str, ...]:
    """The topics of events that may hold a whole document, or take a version back."""
    wholes = {kind.whole for kind in KINDS.values()}
    return tuple(
        name
        for name, kind in topics().items()
        if issubclass(kind, VersionTakenBack)
        or (issubclass(kind, VersionSigned) and _may_be(kind, wholes))
    )


def _may_be(signed: type[VersionSigned], wholes: Collection[type[Amendable]]) -> bool:
    [document] = [one.type for one in fields(signed) if one.name == "document"]
    return not isinstance(document, type) or any(issubclass(one, document) for one in wholes)


def _whole_before(log: EventLog, recorded: Recorded) -> Amendable | None:
    """The last whole document that stood when a version was signed; None if it was the first."""
    until = sys.maxsize
    for one in backwards(log, recorded.originator_id, recorded.version, _telling()):
        match one.event:
            case VersionTakenBack(version=first):
                until = min(until, first)
            case VersionSigned(version=number, document=document) if number < until:
                if is_whole(document):
                    return document
            case _:
                pass
    return None


def _after(log: EventLog, after: int, position: int) -> Iterator[Recorded]:
    """Events after a position, as many as one page may look at; of a damaged log those it has."""
    last = min(position, after + AUDIT_EVENTS)
    while after < last:
        rows = [one for one in log.read(after, min(CHUNK, last - after)) if one.position <= last]
        yield from rows
        after = rows[-1].position if rows else last


def _ending(reached: int, position: int) -> dict[str, Any]:
    return {"more": reached < position, "reached_position": reached}


def _is_within(request: AuditRequest, at: datetime) -> bool:
    early = request.since is not None and at < request.since
    return not early and (request.until is None or at <= request.until)


def _is_asked(request: AuditRequest, recorded: Recorded, event: VersionSigned) -> bool:
    named = event.document.act.object_type in request.object_types
    return (named or not request.object_types) and _is_within(request, recorded.recorded_at)


def standing(history: Sequence[Recorded], until: int) -> dict[int, VersionSigned]:
    """The versions that stood at a position, by the position at which they were signed."""
    standing = dict[int, VersionSigned]()
    for one in takewhile(lambda one: one.position <= until, history):
        match one.event:
            case VersionSigned() as signed:
                standing[one.position] = signed
            case VersionTakenBack(version=first):
                standing = {at: kept for at, kept in standing.items() if kept.version < first}
            case _:
                pass
    return standing


def _changed(before: Amendable | None, recorded: Recorded, event: VersionSigned) -> ChangedObject:
    act = event.document.act
    changes = [
        ChangedProperty(path=one.path, old=_told(one.old), new=_told(one.new))
        for one in differences(*_alike(event.document, before))
    ]
    return ChangedObject(
        object_type=act.object_type,
        object_id=event.object_id,
        version=event.version,
        operation=act.operation,
        position=recorded.position,
        formed_at=to_astana(event.formed_at),
        formed_by=event.formed_by,
        document_hash=event.document_hash,
        previous_hash=act.previous_hash,
        changes=tuple(changes[:CHANGED_FIELDS]),
        more_changes=max(0, len(changes) - CHANGED_FIELDS),
        recorded_at=to_astana(recorded.recorded_at),
    )


def _alike(document: Amendable, before: Amendable | None) -> tuple[Amendable, Amendable | None]:
    """Both without numbered parts where one lacks them: those stand beside it (decision 0056)."""
    numbered = kind_of(document).numbered
    if numbered is None or before is None or not is_whole(document):
        return document, before
    if getattr(document, numbered[0]) and getattr(before, numbered[0]):
        return document, before
    return bare(document), bare(before)


def _told(value: object) -> str | None:
    """A value as it stands on the wire, or the SHA-256 of a long one."""
    if value is None:
        return None
    text = ("true" if value else "false") if isinstance(value, bool) else shown(value)
    if len(text) <= AUDIT_VALUE:
        return text
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
