"""What each event changes in the outbox: the views of ``listing``, in the order of the log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from sez.records.places import TAKEN, place_of
from sez.records.version import VersionSigned, VersionTakenBack
from sez.synchronisation import order
from sez.synchronisation.first_question import VersionQuestionAnswered
from sez.synchronisation.gate import RegistryReachable
from sez.synchronisation.package_events import (
    DeliveryFailed,
    PackageFormed,
    PackageResumed,
    PackageStopped,
    ReceiptPutOff,
    ReceiptReceived,
    TicketReceived,
    VoidAnswered,
    named_records,
)
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.faults import Fault
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.programme_change import ChangeOutcome
from shared_contracts.messages.receipt import Finding, Result

Changes = list[tuple[str, list[Any]]]
"""Statements, each with the rows it is executed with."""

_SIGNED = (
    "INSERT INTO views.versions (object_id, version, document_hash, formed_at, originator_id, "
    "log_version, operation, position, asked, state, customer) VALUES "
    "(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s, "
    "coalesce(%s, (SELECT customer FROM views.versions WHERE object_id = %s LIMIT 1), '')) "
    "ON CONFLICT (object_id, version) DO UPDATE SET document_hash = excluded.document_hash, "
    "formed_at = excluded.formed_at, log_version = excluded.log_version, state = excluded.state, "
    "message_id = NULL, place = NULL, findings = NULL, alone = false, "
    "customer = excluded.customer, operation = excluded.operation, position = excluded.position, "
    "asked = excluded.asked"
)
_WITHDRAWN = "DELETE FROM views.versions WHERE object_id = %s AND version >= %s"
_FORMED = (
    "INSERT INTO views.packages (message_id, originator_id, sequence, records, formed_at, state, "
    "customer) VALUES (%s,%s,%s,%s,%s,%s, coalesce("
    "(SELECT customer FROM views.versions WHERE object_id = %s LIMIT 1), ''))"
)
_CARRIED = (
    "UPDATE views.versions SET state = %s, message_id = %s, place = %s "
    "WHERE object_id = %s AND version = %s"
)
_FAILED = (
    "UPDATE views.packages SET attempts = %s, last_reason = %s, detail = %s, next_attempt_at = %s "
    "WHERE message_id = %s"
)
_TICKET_LOST = (
    "UPDATE views.packages SET ticket_id = NULL, ticket_cause = NULL, ticket_held = false "
    "WHERE message_id = %s AND ticket_id IS NOT NULL"
)
_TICKETED = (
    "UPDATE views.packages SET ticket_id = %s, next_attempt_at = %s, last_reason = NULL, "
    "detail = NULL WHERE message_id = %s"
)
_PUT_OFF = (
    "UPDATE views.packages SET ticket_cause = %s, ticket_held = %s, next_attempt_at = %s, "
    "attempts = 0, last_reason = NULL, detail = NULL WHERE message_id = %s"
)
_STOPPED = (
    "UPDATE views.packages SET state = 'STOPPED', attempts = %s, last_reason = %s, detail = %s, "
    "next_attempt_at = NULL, ticket_id = NULL, ticket_cause = NULL, ticket_held = false "
    "WHERE message_id = %s"
)
_RESUMED = (
    "UPDATE views.packages SET state = 'IN_FLIGHT', attempts = 0, next_attempt_at = NULL, "
    "ticket_id = NULL, ticket_cause = NULL, ticket_held = false WHERE message_id = %s AND "
    "(state = 'STOPPED' OR state = 'IN_FLIGHT' AND ticket_held)"
)
_STAND = "UPDATE views.versions SET state = %s WHERE message_id = %s AND state = %s"
_ANSWERED = "UPDATE views.packages SET state = %s, answered_at = %s WHERE message_id = %s"
_SYNCHRONISED = (
    "UPDATE views.versions SET state = 'SYNCHRONISED', registry_id = %s, "
    "seconds = coalesce(seconds, %s), late = coalesce(late, %s), "
    "findings = %s WHERE object_id = %s AND version = %s"
)
_REFUSED = (
    "UPDATE views.versions SET state = 'REFUSED', findings = %s "
    "WHERE message_id = %s AND place = %s"
)
_OPEN = "message_id = %s AND state IN ('IN_FLIGHT', 'HELD', 'STOPPED')"
_REST_REFUSED = (
    f"UPDATE views.versions SET state = 'REFUSED', findings = %s WHERE {_OPEN} AND NOT EXISTS "  # noqa: S608  # fixed text
    "(SELECT 1 FROM views.versions n WHERE n.message_id = %s AND n.state = 'REFUSED')"
)
_AGAIN = f"UPDATE views.versions SET state = 'WAITING', message_id = NULL WHERE {_OPEN}"  # noqa: S608  # fixed text
_ALONE = (
    "UPDATE views.versions SET state = 'WAITING', message_id = NULL, alone = true "
    "WHERE message_id = %s AND state = 'STOPPED' AND "
    "(SELECT count(DISTINCT object_id) FROM views.versions WHERE message_id = %s) > 1"
)
_UNHELD = (
    "UPDATE views.versions SET state = 'WAITING', message_id = NULL "
    "WHERE message_id = %s AND state = 'HELD'"
)
_ANEW = (
    "UPDATE views.versions SET state = CASE WHEN asked THEN 'ASKING' ELSE 'WAITING' END, "
    "message_id = NULL, findings = NULL "
    "WHERE message_id = %s AND state IN ('REFUSED', 'STOPPED')"
)
_ASKED_FOR = (
    "UPDATE views.versions SET state = %s, registry_id = coalesce(%s, registry_id), findings = %s "
    "WHERE object_id = %s AND version = %s AND document_hash = %s AND state = 'ASKING'"
)
_AT_ONCE = (
    "UPDATE views.packages SET next_attempt_at = NULL "
    "WHERE state = 'IN_FLIGHT' AND last_reason = ANY(%s)"
)


def changes(at: Recorded, event: Event) -> Changes:
    """The statements, each with its rows, by which ``event`` changes the views."""
    match event:
        case VersionSigned():
            return _signed(at, event)
        case VersionTakenBack():
            gone = order.taken_back(event.object_id, event.version)
            return [(_WITHDRAWN, [(event.object_id, event.version)]), gone]
        case PackageFormed():
            return _formed(at, event)
        case ReceiptReceived():
            return _answered(event)
        case RegistryReachable():
            return [(_AT_ONCE, [(list(event.reasons),)])]
        case VersionQuestionAnswered():
            return _asked(event)
        case _:
            return _not_delivered(event)


def _not_delivered(event: Event) -> Changes:
    match event:
        case DeliveryFailed():
            return _failed(event)
        case TicketReceived(ticket_id=ticket, next_attempt_at=at, message_id=package):
            return [(_TICKETED, [(ticket, at, package)])]
        case ReceiptPutOff(cause=cause, held=held, next_attempt_at=at, message_id=package):
            return [(_PUT_OFF, [(cause, held, at, package)])]
        case PackageStopped(message_id=package):
            stopped = (event.attempt, event.reason, event.detail, package)
            return [(_STOPPED, [stopped]), (_STAND, [("STOPPED", package, "IN_FLIGHT")])]
        case PackageResumed(message_id=package):
            return _resumed(package)
        case VoidAnswered(result=Result.ACCEPTED, message_id=package):
            voided = ("VOIDED", event.received_at, package)
            return [(_ALONE, [(package, package)]), (_UNHELD, [(package,)]), (_ANSWERED, [voided])]
        case _:
            return []


def _failed(event: DeliveryFailed) -> Changes:
    failed = (event.attempt, event.reason, event.detail, event.next_attempt_at)
    lost = event.reason == Fault.TICKET_UNKNOWN
    no_ticket: Changes = [(_TICKET_LOST, [(event.message_id,)])] if lost else []
    return [(_FAILED, [(*failed, event.message_id)]), *no_ticket]


def _signed(at: Recorded, event: VersionSigned) -> Changes:
    row = (event.object_id, event.version, event.document_hash, event.formed_at)
    kind = kind_of(event.document)
    customer = next(iter(kind.persons(event.document)), None)
    asked = kind.asked_by(event.document) is not None
    place = (at.originator_id, at.version, kind.operation(event.document), at.position, asked)
    state = "ASKING" if asked else "WAITING"
    signed: Changes = [(_SIGNED, [(*row, *place, state, customer, event.object_id)])]
    same = place_of(event.document)
    taken: Changes = [] if same is None else [(TAKEN, [(same, event.object_id)])]
    return [*signed, order.named(event), *taken]


def _asked(event: VersionQuestionAnswered) -> Changes:
    """What is needed waits to be sent; what the Registry has is there; all else is a person's."""
    if event.result is ChangeOutcome.SUPPLEMENT_REQUIRED:
        state = "WAITING"
    elif event.result is ChangeOutcome.NOT_REQUIRED and event.registry_hash == event.document_hash:
        state = "SYNCHRONISED"
    else:
        state = "REFUSED"
    about = (event.object_id, event.version, event.document_hash)
    findings = msgspec.json.encode(event.findings).decode() if event.findings else None
    return [(_ASKED_FOR, [(state, event.registry_id, findings, *about)])]


def _formed(at: Recorded, event: PackageFormed) -> Changes:
    state = "HELD" if event.held else "IN_FLIGHT"
    row = (event.message_id, at.originator_id, event.sequence, len(event.records))
    carried = [
        (state, event.message_id, place, one.object_id, one.version)
        for place, one in enumerate(event.records, 1)
    ]
    first = event.records[0].object_id if event.records else None
    return [(_FORMED, [(*row, event.formed_at, state, first)]), (_CARRIED, carried)]


def _resumed(package: UUID) -> Changes:
    """A stopped package goes as it is; of another, what waits for a person leaves anew."""
    as_it_is = (
        "UPDATE views.versions SET state = 'IN_FLIGHT' WHERE message_id = %s AND state = 'STOPPED' "
        "AND EXISTS (SELECT 1 FROM views.packages WHERE message_id = %s AND state = 'STOPPED')"
    )
    return [
        (as_it_is, [(package, package)]),
        (_RESUMED, [(package,)]),
        (_ANEW, [(package,)]),
    ]


def _answered(event: ReceiptReceived) -> Changes:
    answered = (_ANSWERED, [(event.result, event.received_at, event.message_id)])
    if event.result is Result.ACCEPTED:
        rows = [
            (
                one.registry_id,
                one.seconds_after_forming,
                one.late,
                _text(event.findings, one.number),
                one.object_id,
                one.version,
            )
            for one in event.records
        ]
        there = order.arrived([one.object_id for one in event.records])
        return [answered, (_SYNCHRONISED, rows), there]
    return [answered, *_refused(event)]


def _refused(event: ReceiptReceived) -> Changes:
    """The named records wait for a person, the others go again; if none is named, all wait.

    Which record has which number the package says: a receipt of the whole lists none.
    """
    package = event.message_id
    named = [
        (_text(event.findings, number), package, number) for number in named_records(event.findings)
    ]
    whole = (_text(event.findings, 0), package, package)
    return [(_REFUSED, named), (_REST_REFUSED, [whole]), (_AGAIN, [(package,)])]


def _text(findings: Sequence[Finding], number: int) -> str | None:
    own = [finding for finding in findings if finding.record in {None, number}]
    return msgspec.json.encode(own).decode() if own else None
