"""The report of an audit for programs: all it obtained and found, with its evidence (S216-12).

It follows from the events of the audit alone, so the same audit gives the same bytes. Its JSON
Schema is published: ``shared_contracts/printing/schemas/audit-report-1.json``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from registry.audits import listing
from registry.audits.auditing import Auditing
from registry.audits.events import (
    AuditAttemptFailed,
    AuditLogCompared,
    AuditObjectExamined,
    AuditPageTaken,
)
from registry.audits.finding import ExaminedVersion
from registry.audits.reported import ReportedFinding, reported
from registry.audits.states import (
    AuditOrder,
    AuditOutcome,
    AuditState,
    EndedAudit,
    LogCompared,
    WaitingAudit,
)
from shared_contracts.astana_time import to_astana
from shared_contracts.errors import Absent
from shared_contracts.event_log.event import Recorded
from shared_contracts.messages.audit import AuditContent

FORMAT: Final = "kz.tru-registry.audit-report/1"
REPORTED: Final = 2_000
"""Most findings that a report names, and most pages; the rest is counted."""
REPORTED_BYTES: Final = 3 * 1024 * 1024
"""Bytes of findings that it names: one of a SEZ whose every value is long can be signed too."""
_BATCH = 200

Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its offset."""
Sha256: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
"""In lower hex."""


class ReportedPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call that was answered: what was asked for, and the SHA-256 of request and answer.

    ``number`` is that of its event, by which the Registry gives both, byte for byte.
    """

    number: int
    content: AuditContent | None = None
    object_id: UUID | None = None
    page: int
    position: int
    taken_at: Moment
    request_sha256: Sha256
    answer_sha256: Sha256


class ObtainedContent(msgspec.Struct, frozen=True, kw_only=True):
    """What was obtained: as of which position and moment of the log of the SEZ, in how many pages.

    ``chain_hash`` is the value of the chain of that log at the position, as its answer says.
    """

    content: AuditContent
    pages: int
    position: int
    as_of: Moment
    chain_hash: Sha256
    whole: bool


class BrokenLink(msgspec.Struct, frozen=True, kw_only=True):
    """A position of the log of the SEZ whose link does not fit, in the entries of an object."""

    number: int
    object_id: UUID
    position: int


class ExchangeFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What the audit cost: calls that were answered, those that failed, bytes of XML each way."""

    calls: int
    failed: int
    request_bytes: int
    answer_bytes: int
    entries: int


class AuditReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The report of an audit as of its newest event.

    ``log`` is how its log compared with what the Registry remembers of it, once it was.
    ``under_way`` are versions that the SEZ formed within the hour, which are no differences.
    ``more_findings``, ``more_pages`` and ``more_links`` count what is not named here.
    """

    format: Literal["kz.tru-registry.audit-report/1"]
    order: AuditOrder
    ordered_at: Moment
    as_of: Moment
    status: Literal["RUNNING", "WAITS_FOR_PERSON", "ENDED"]
    outcome: AuditOutcome | None = None
    ended_at: Moment | None = None
    reason: str | None = None
    problem: str | None = None
    exchange: ExchangeFigures
    log: LogCompared | None = None
    obtained: tuple[ObtainedContent, ...]
    under_way: int
    examined_objects: int
    findings: tuple[ReportedFinding, ...]
    more_findings: int
    broken_links: tuple[BrokenLink, ...]
    more_links: int
    pages: tuple[ReportedPage, ...]
    more_pages: int


@dataclass
class GatheredEvents:
    """What the events of an audit add up to."""

    findings: list[ReportedFinding] = field(default_factory=list)
    pages: list[ReportedPage] = field(default_factory=list)
    links: list[BrokenLink] = field(default_factory=list)
    chains: dict[AuditContent, str] = field(default_factory=dict)
    found: int = 0
    calls: int = 0
    broken: int = 0
    failed: int = 0
    room: int = REPORTED_BYTES
    newest: Recorded | None = None

    def take(self, one: Recorded) -> None:
        """Add an event."""
        self.newest = one
        if isinstance(one.event, AuditPageTaken | AuditObjectExamined):
            self._page(one.version, one.event)
        if isinstance(one.event, AuditLogCompared):
            self.found += len(one.event.findings)
            _within(self.findings, reported(one.version, one.event.findings, ()))
        self.failed += isinstance(one.event, AuditAttemptFailed)

    def _page(self, number: int, event: AuditPageTaken | AuditObjectExamined) -> None:
        self.calls += 1
        self.found += len(event.findings) + event.more_findings
        versions: tuple[ExaminedVersion, ...] = ()
        if isinstance(event, AuditPageTaken):
            self.chains[event.content] = event.chain_hash
        else:
            versions = event.versions
            self._links(number, event)
        _within(self.pages, [_page(number, event)])
        self._name(reported(number, event.findings, versions))

    def _name(self, found: list[ReportedFinding]) -> None:
        """Name findings as long as there is room; the first that has none ends it."""
        for one in found[: REPORTED - len(self.findings)]:
            self.room -= len(msgspec.json.encode(one))
            if self.room < 0:
                return
            self.findings.append(one)

    def _links(self, number: int, event: AuditObjectExamined) -> None:
        self.broken += len(event.chain_broken_at)
        at = event.chain_broken_at
        named = [BrokenLink(number=number, object_id=event.object_id, position=one) for one in at]
        _within(self.links, named)


def report(audits: Auditing, audit_id: UUID) -> AuditReport:
    """The report of an audit; ``Absent`` if there is none."""
    at = audits.find(audit_id)
    state, gathered = at.state, GatheredEvents()
    if not isinstance(state, AuditState):
        raise Absent(f"no audit {audit_id}")
    for one in _stream(audits, at.originator_id, at.version):
        gathered.take(one)
    if gathered.newest is None:
        raise Absent(f"no audit {audit_id}")
    asked, answered = listing.exchanged(audits.log, at.originator_id, at.version)
    return AuditReport(
        format=FORMAT,
        order=state.order,
        ordered_at=state.ordered_at,
        as_of=to_astana(gathered.newest.recorded_at),
        status=state.status,  # type: ignore[arg-type]  # one of the three, which the states have
        **_ending(state),
        exchange=ExchangeFigures(
            calls=gathered.calls,
            failed=gathered.failed,
            request_bytes=asked,
            answer_bytes=answered,
            entries=state.entries,
        ),
        log=None if isinstance(state.log, msgspec.UnsetType) else state.log,
        obtained=_obtained(state, gathered),
        under_way=state.under_way,
        examined_objects=state.examined,
        **_counted(gathered),
    )


def as_json(told: AuditReport) -> bytes:
    """The report as it is attached to its PDF and given over HTTP: indented, names in order."""
    content = msgspec.to_builtins(told)
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def _stream(audits: Auditing, originator_id: UUID, last: int) -> Iterator[Recorded]:
    after = 0
    while after < last:
        batch = listing.happened(audits.log, originator_id, after, min(_BATCH, last - after))
        if not batch:
            return
        yield from batch
        after = batch[-1].version


def _ending(state: AuditState) -> dict[str, Any]:
    if isinstance(state, EndedAudit):
        reason = state.reason or None
        return {"outcome": state.outcome, "ended_at": state.ended_at, "reason": reason}
    return {"problem": state.problem} if isinstance(state, WaitingAudit) else {}


def _obtained(state: AuditState, gathered: GatheredEvents) -> tuple[ObtainedContent, ...]:
    return tuple(
        ObtainedContent(
            content=one.content,
            pages=one.pages,
            position=one.position,
            as_of=one.as_of,
            chain_hash=gathered.chains[one.content],
            whole=not one.more,
        )
        for one in state.obtained
    )


def _counted(gathered: GatheredEvents) -> dict[str, Any]:
    """What is named, and how much is not."""
    return {
        "findings": tuple(gathered.findings),
        "more_findings": gathered.found - len(gathered.findings),
        "broken_links": tuple(gathered.links),
        "more_links": gathered.broken - len(gathered.links),
        "pages": tuple(gathered.pages),
        "more_pages": gathered.calls - len(gathered.pages),
    }


def _page(number: int, event: AuditPageTaken | AuditObjectExamined) -> ReportedPage:
    return ReportedPage(
        number=number,
        content=event.content if isinstance(event, AuditPageTaken) else None,
        object_id=event.object_id if isinstance(event, AuditObjectExamined) else None,
        page=event.page,
        position=event.position,
        taken_at=event.taken_at,
        request_sha256=event.request_sha256,
        answer_sha256=event.answer_sha256,
    )


def _within(kept: list[Any], more: list[Any]) -> None:
    """Keep ``more`` too, as far as ``REPORTED`` allows."""
    kept.extend(more[: REPORTED - len(kept)])
