"""A page of an audit against what is on record: pure comparison (S216-12a, S216-A3.6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TypeAlias
from uuid import UUID

from registry.audits.finding import AnswerMoments, AuditFinding, Differs, RecordedObject
from shared_contracts.event_log.leaf import chain
from shared_contracts.limits import FINDINGS
from shared_contracts.messages.audit import ChangedObject, LoggedEvent, ObjectChecksum
from shared_contracts.messages.kinds import KINDS

HOUR = timedelta(hours=1)
"""Within which what was formed comes to the Registry (S216-18.3)."""

SAME = timedelta(seconds=1)
"""Within which two writings of one moment are the same: some are to the second."""

APART = timedelta(seconds=60)
"""By how much the clock of a log and that of the forming may differ (reading R104)."""

ObjectKey: TypeAlias = tuple[str, UUID]
"""Type and id of an object."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found, and how many versions are still within the hour, on their way."""

    findings: tuple[AuditFinding, ...] = ()
    under_way: int = 0


def checksums(
    listed: Iterable[ObjectChecksum],
    recorded: Mapping[ObjectKey, RecordedObject],
    moments: AnswerMoments,
    *,
    stored: bool = True,
) -> Comparison:
    """The objects of a page against the same on record; ``stored`` if the bytes were read."""
    findings, under_way = list[AuditFinding](), 0
    for row in listed:
        findings += _stored(row) if stored else ()
        known = recorded.get((row.object_type, row.object_id))
        if _is_young(row, known, moments):
            under_way += 1
        else:
            findings += _newest(row, known, moments)
        findings += _content(row, known)
    return Comparison(tuple(findings), under_way)


def changes(
    told: Iterable[ChangedObject],
    recorded: Mapping[ObjectKey, RecordedObject],
    moments: AnswerMoments,
) -> Comparison:
    """Versions that a SEZ signed against the same versions on record."""
    findings, under_way = list[AuditFinding](), 0
    for row in told:
        known = recorded.get((row.object_type, row.object_id))
        has = known is not None and row.version in known.versions
        if not has and moments.newest - row.formed_at < HOUR:
            under_way += 1
        elif not has:
            findings.append(_of(row, Differs.MISSING_IN_REGISTRY, found=row.document_hash))
        findings += _content(row, known)
        findings += _formed(row, known)
    return Comparison(tuple(findings), under_way)


def entries(told: Sequence[LoggedEvent], before: tuple[int, str] | None) -> Comparison:
    """Entries of a log against their chain; ``before`` is the last one that was told, if any.

    Where a page leaves entries out, because only some were asked for, the chain begins anew.
    """
    return Comparison(tuple(_broken(told, before)))


def _broken(told: Sequence[LoggedEvent], before: tuple[int, str] | None) -> Iterator[AuditFinding]:
    for one in told:
        if before is not None and one.position <= before[0]:
            yield AuditFinding(
                kind=Differs.LOG_INCOMPLETE,
                position=one.position,
                expected=str(before[0] + 1),
                found=str(one.position),
            )
        if before is not None and one.position == before[0] + 1:
            sealed = chain(bytes.fromhex(before[1]), one.position, bytes.fromhex(one.leaf_hash))
            if sealed.hex() != one.chain_hash:
                yield AuditFinding(
                    kind=Differs.CHAIN_BROKEN,
                    position=one.position,
                    object_type=_known_type(one.object_type),
                    object_id=_known_object(one),
                    expected=sealed.hex(),
                    found=one.chain_hash,
                )
        before = (one.position, one.chain_hash)


def _known_type(told: str | None) -> str | None:
    return told if told in KINDS else None


def _known_object(entry: LoggedEvent) -> UUID | None:
    """The object that an entry is about; a package or an audit is none."""
    return None if entry.object_type == "PACKAGE" else entry.object_id


def gaps(told: Sequence[LoggedEvent], after: int, reached: int) -> tuple[list[AuditFinding], int]:
    """Positions of a whole log that a page says to have reached and does not tell.

    ``FINDINGS`` at most are named; of the others the number: whoever lies reaches any position.
    """
    told_of = {one.position for one in told if after < one.position <= reached}
    lacking = (one for one in range(after + 1, reached + 1) if one not in told_of)
    named = [
        AuditFinding(kind=Differs.LOG_INCOMPLETE, position=one) for one in islice(lacking, FINDINGS)
    ]
    return named, max(0, reached - after - len(told_of)) - len(named)


def _stored(row: ObjectChecksum) -> Iterator[AuditFinding]:
    if row.stored_hash != row.document_hash:
        yield _of(row, Differs.STORED_OTHERWISE, expected=row.document_hash, found=row.stored_hash)


def _is_young(row: ObjectChecksum, known: RecordedObject | None, moments: AnswerMoments) -> bool:
    """Whether the Registry need not have the version yet."""
    behind = known is None or known.newest < row.version
    return behind and moments.newest - row.formed_at < HOUR


def _newest(
    row: ObjectChecksum, known: RecordedObject | None, moments: AnswerMoments
) -> Iterator[AuditFinding]:
    if known is None:
        yield _of(row, Differs.MISSING_IN_REGISTRY, found=row.document_hash)
        return
    newest = max(
        (number for number, (_, *when) in known.versions.items() if moments.has(*when)),
        default=known.newest,
    )
    if newest != row.version:
        yield _of(row, Differs.OTHER_VERSION, expected=str(newest), found=str(row.version))


def _content(
    row: ObjectChecksum | ChangedObject, known: RecordedObject | None
) -> Iterator[AuditFinding]:
    recorded = None if known is None else known.versions.get(row.version)
    if recorded is not None and recorded[0] != row.document_hash:
        yield _of(row, Differs.OTHER_CONTENT, expected=recorded[0], found=row.document_hash)


def _formed(row: ChangedObject, known: RecordedObject | None) -> Iterator[AuditFinding]:
    """A moment of forming that the log of the SEZ contradicts (reading R8)."""
    recorded = None if known is None else known.versions.get(row.version)
    if recorded is None or recorded[0] != row.document_hash:
        return
    told = recorded[1].isoformat()
    if abs(recorded[1] - row.formed_at) > SAME:
        yield _of(row, Differs.FORMED_OTHERWISE, expected=told, found=row.formed_at.isoformat())
    elif row.recorded_at is not None and abs(row.recorded_at - row.formed_at) > APART:
        found = row.recorded_at.isoformat()
        yield _of(row, Differs.FORMED_OTHERWISE, expected=told, found=found)


def unlisted(known: RecordedObject) -> AuditFinding:
    """That an object on record is not listed."""
    return AuditFinding(
        kind=Differs.MISSING_IN_SEZ,
        object_type=known.object_type,
        object_id=known.object_id,
        version=known.newest,
        expected=known.versions[known.newest][0],
    )


def _of(
    row: ObjectChecksum | ChangedObject,
    kind: Differs,
    *,
    expected: str | None = None,
    found: str | None = None,
) -> AuditFinding:
    return AuditFinding(
        kind=kind,
        object_type=row.object_type,
        object_id=row.object_id,
        version=row.version,
        position=row.position,
        expected=expected,
        found=found,
    )
