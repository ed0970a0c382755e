"""An object as a SEZ has it against what it delivered: pure comparison (S216-12a, S216-12d)."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

import msgspec

from registry.audits.comparing import APART, SAME
from registry.audits.finding import AuditFinding, Differs, ExaminedVersion, Side, Where
from shared_contracts.event_log.leaf import chain
from shared_contracts.faults import Unprocessed
from shared_contracts.limits import AUDIT_VALUE, FINDINGS, NAME
from shared_contracts.messages.audit import LoggedEvent
from shared_contracts.messages.audited_object import ObjectAuditAnswer, SignedRecord
from shared_contracts.messages.differences import Alteration
from shared_contracts.messages.forms import values_within
from shared_contracts.messages.roots import DOCUMENTS
from shared_contracts.rules.rule import shown
from shared_contracts.xml import codec, schema
from shared_contracts.xml.tree_differences import tree_differences


@dataclass(frozen=True, slots=True)
class DeliveredVersion:
    """A version on record: what the log of the Registry says, and the bytes as delivered.

    ``read`` gives the bytes, None where it came as a file: of many versions not all are in memory.
    """

    version: int
    side: Side
    read: Callable[[], bytes | None]


@dataclass(frozen=True, slots=True)
class ObjectComparison:
    """What was found of an object, and what each side's log says of the versions that differ."""

    findings: tuple[AuditFinding, ...]
    versions: tuple[ExaminedVersion, ...]
    chain_broken_at: tuple[int, ...]


def compare_object(
    answer: ObjectAuditAnswer,
    delivered: Mapping[int, DeliveredVersion],
    before: Collection[int],
    object_type: str | None,
) -> ObjectComparison:
    """A page about an object against what was delivered; ``before`` are versions of pages before.

    Where it is the last page, versions that no page told are missing.
    """
    entries = {one.position: one for one in answer.logged_events}
    found = list[tuple[AuditFinding, int]]()
    for record in answer.signed_records:
        known, entry = delivered.get(record.version), entries.get(record.position)
        found += ((one, record.version) for one in _version(record, known, entry))
    told = {one.version for one in answer.signed_records}
    if not answer.more:
        for version in sorted(delivered.keys() - told - {*before}):
            sha256 = delivered[version].side.sha256
            found.append((AuditFinding(kind=Differs.MISSING_IN_SEZ, expected=sha256), version))
    broken = tuple(one.position for one in answer.logged_events if _is_broken(one))
    named = {version for _, version in found}
    named |= {one.version for one in answer.signed_records if one.position in broken}
    signed = {one.version: one for one in answer.signed_records}
    return ObjectComparison(
        tuple(_placed(one, version, answer.object_id, object_type) for one, version in found),
        tuple(_sides(one, delivered.get(one), signed.get(one), entries) for one in sorted(named)),
        broken,
    )


def _version(
    record: SignedRecord, known: DeliveredVersion | None, entry: LoggedEvent | None
) -> Iterator[AuditFinding]:
    """What differs of a version in the places where the SEZ has it."""
    if known is None:
        yield _one(Differs.MISSING_IN_REGISTRY, record, found=record.document_hash)
        return
    sha256 = known.side.sha256
    if record.document_hash != sha256:
        yield _one(Differs.OTHER_CONTENT, record, sha256, record.document_hash, Where.EVENT)
    if record.listed_hash != sha256:
        kind = Differs.MISSING_IN_SEZ if record.listed_hash is None else Differs.OTHER_CONTENT
        yield _one(kind, record, sha256, record.listed_hash, Where.LIST)
    if not record.left_out:
        yield from _kept(record, known)
    if record.as_recorded is not None:
        for one in islice(_said_otherwise(known.read(), record.as_recorded), FINDINGS):
            yield _property(record, one, Where.EVENT)
    yield from _formed(record, known.side, entry)


def _kept(record: SignedRecord, known: DeliveredVersion) -> Iterator[AuditFinding]:
    """The signed bytes as they are kept against the bytes as delivered."""
    kept = None if record.document is None else hashlib.sha256(record.document).hexdigest()
    if kept == known.side.sha256:
        return
    changed, why = _changed(known.read(), record.document)
    one = _one(Differs.STORED_OTHERWISE, record, known.side.sha256, kept, Where.DOCUMENT)
    yield msgspec.structs.replace(one, not_compared=why)
    for each in changed:
        yield _property(record, each, Where.DOCUMENT)


def _changed(
    delivered: bytes | None, kept: bytes | None
) -> tuple[tuple[Alteration, ...], str | None]:
    """The properties that differ, or why none can be compared: one of both cannot be read.

    Of a version ``FINDINGS`` at most.
    """
    if delivered is None or kept is None:
        return (), None
    try:
        found = tree_differences(schema.parse(delivered), schema.parse(kept))
        return tuple(islice(found, FINDINGS)), None
    except (ValueError, Unprocessed) as why:
        return (), (str(why) or type(why).__name__)[:NAME]


def _said_otherwise(delivered: bytes | None, recorded: bytes) -> Iterator[Alteration]:
    """Values that differ between a document and the same as an event has it, if both are read."""
    one, other = None if delivered is None else _values(delivered), _values(recorded)
    if one is None or other is None:
        return
    for path in one | other:
        if one.get(path) != other.get(path):
            yield Alteration(path, one.get(path), other.get(path))


def _values(data: bytes) -> dict[str, object] | None:
    """The values of a document by their paths; None where it cannot be read as one."""
    try:
        element = schema.parse(data)
        kind = DOCUMENTS[codec.local_name(element)]
        return dict(values_within(codec.read(element, kind), f"/{kind.__name__}"))
    except (ValueError, KeyError, Unprocessed):
        return None


def _formed(record: SignedRecord, side: Side, entry: LoggedEvent | None) -> Iterator[AuditFinding]:
    """A moment of forming that the log of the SEZ contradicts (reading R8)."""
    told = side.formed_at.isoformat()
    if abs(record.formed_at - side.formed_at) > SAME:
        found = record.formed_at.isoformat()
        yield _one(Differs.FORMED_OTHERWISE, record, told, found, Where.EVENT)
    elif entry is not None and abs(entry.recorded_at - side.formed_at) > APART:
        found = entry.recorded_at.isoformat()
        yield _one(Differs.FORMED_OTHERWISE, record, told, found, Where.EVENT)


def _is_broken(entry: LoggedEvent) -> bool:
    """Whether the link of an entry is not what its leaf and the value before give."""
    if entry.previous_chain_hash is None:
        return True
    before, leaf = bytes.fromhex(entry.previous_chain_hash), bytes.fromhex(entry.leaf_hash)
    return chain(before, entry.position, leaf).hex() != entry.chain_hash


def _sides(
    version: int,
    known: DeliveredVersion | None,
    record: SignedRecord | None,
    entries: Mapping[int, LoggedEvent],
) -> ExaminedVersion:
    sez = None
    if record is not None:
        entry = entries.get(record.position)
        sez = Side(
            position=record.position,
            recorded_at=entry.recorded_at if entry else record.formed_at,
            formed_at=record.formed_at,
            actor=record.formed_by.name,
            action=entry.action if entry else None,
            address=entry.address if entry else None,
            outcome=entry.outcome if entry else None,
            sha256=_sha256(record.document),
        )
    return ExaminedVersion(version=version, registry=known.side if known else None, sez=sez)


def _sha256(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def _property(record: SignedRecord, one: Alteration, where: Where) -> AuditFinding:
    return AuditFinding(
        kind=Differs.OTHER_PROPERTY,
        position=record.position,
        path=one.path,
        expected=_told(one.old),
        found=_told(one.new),
        where=where,
    )


def _told(value: object) -> str | None:
    if value is None:
        return None
    text = _written(value)
    if len(text) <= AUDIT_VALUE:
        return text
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else shown(value)


def _one(
    kind: Differs,
    record: SignedRecord,
    expected: str | None = None,
    found: str | None = None,
    where: Where | None = None,
) -> AuditFinding:
    return AuditFinding(
        kind=kind, position=record.position, expected=expected, found=found, where=where
    )


def _placed(
    one: AuditFinding, version: int, object_id: UUID, object_type: str | None
) -> AuditFinding:
    return msgspec.structs.replace(
        one, version=version, object_id=object_id, object_type=object_type
    )
