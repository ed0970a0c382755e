"""What this SEZ has of one object, in all places where it has it (S216-12a, S216-12c-d)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from sez.audits import object_listing
from sez.audits.describing import described, undecodable
from sez.audits.object_listing import ObjectRow
from sez.audits.pages import standing
from sez.records.owner import Owner
from sez.records.version import KeptAsFile, VersionSigned, VersionTakenBack
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.event import Recorded, UnknownTopic, topics
from shared_contracts.event_log.log import EventLog, restored
from shared_contracts.faults import Unprocessed
from shared_contracts.limits import AUDIT_OBJECT_BYTES, AUDIT_OBJECT_EVENTS, DOCUMENT_BYTES
from shared_contracts.messages.audited_object import ObjectAuditRequest, SignedRecord
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.forms import values_within
from shared_contracts.messages.packed import packed
from shared_contracts.xml import codec, schema


def object_page(
    log: EventLog,
    owner: Owner,
    kinds: Mapping[str, str],
    request: ObjectAuditRequest,
    position: int,
) -> dict[str, Any]:
    """Entries and signed versions of an object after the last entry of the page before.

    ``kinds`` has the types of objects by their names in the log. A version that was taken back up
    to ``position`` is told by the entries alone.
    """
    stream = object_listing.stream_of(log, owner, kinds, request.object_id)
    between = (request.after_position or 0, position)
    most = AUDIT_OBJECT_EVENTS + 1
    asked = [] if stream is None else object_listing.rows(log, stream, between, most)
    signed = {} if stream is None else _standing(log, stream, asked, position)
    page = _bounded(asked[:AUDIT_OBJECT_EVENTS], signed)
    of_versions = {row.position: signed[row.position] for row in page if row.position in signed}
    return {
        "logged_events": tuple(_entries(log, page)),
        "signed_records": tuple(_records(log, page, of_versions, request)),
        "more": len(page) < len(asked),
        "reached_position": page[-1].position if page else request.after_position,
    }


def _standing(
    log: EventLog, stream: UUID, page: Sequence[ObjectRow], position: int
) -> dict[int, VersionSigned]:
    """The versions of a page that stood at the position: none that was taken back up to there.

    Beside the page only the small events by which versions were taken back are read.
    """
    if not page:
        return {}
    taken_back = [name for name, kind in topics().items() if issubclass(kind, VersionTakenBack)]
    between = (page[-1].position, position)
    later = object_listing.of_topics(log, stream, between, taken_back)
    columns = (*(row.columns for row in page), *later)
    return standing([one for row in columns if (one := _decoded(row)) is not None], position)


def _decoded(columns: tuple[Any, ...]) -> Recorded | None:
    """The event of a row; None where what stands there cannot be read as one."""
    try:
        return restored(columns)
    except (UnknownTopic, msgspec.MsgspecError, ValueError):
        return None


def _bounded(rows: Sequence[ObjectRow], signed: Mapping[int, VersionSigned]) -> list[ObjectRow]:
    """So many of the rows that their documents fit into an answer; one at least."""
    page, size = list[ObjectRow](), 0
    for row in rows:
        size += row.document_size if row.position in signed else 0
        if page and size > AUDIT_OBJECT_BYTES:
            break
        page.append(row)
    return page


def _entries(log: EventLog, page: Sequence[ObjectRow]) -> Iterator[Any]:
    before = object_listing.chains(log, [row.position - 1 for row in page])
    for row in page:
        recorded = _decoded(row.columns)
        entry = undecodable(row.columns) if recorded is None else described(recorded)
        previous = before.get(row.position - 1)
        told = None if previous is None else previous.hex()
        yield msgspec.structs.replace(entry, previous_chain_hash=told)


def _records(
    log: EventLog,
    page: Sequence[ObjectRow],
    signed: Mapping[int, VersionSigned],
    request: ObjectAuditRequest,
) -> Iterator[SignedRecord]:
    listed = object_listing.listed(log, request.object_id, [one.version for one in signed.values()])
    for row in page:
        if (event := signed.get(row.position)) is not None:
            kept = log.evidence(row.originator_id, row.version, "document") or None
            fits = kept is not None and len(kept) <= DOCUMENT_BYTES
            made = SignedRecord(
                version=event.version,
                position=row.position,
                formed_at=to_astana(event.formed_at),
                formed_by=event.formed_by,
                document_hash=event.document_hash,
                listed_hash=listed.get(event.version),
                document=kept if fits else None,
                left_out=isinstance(event, KeptAsFile) or (kept is not None and not fits),
                as_recorded=None if isinstance(event, KeptAsFile) else _as_recorded(event, kept),
            )
            yield packed(made)


def _as_recorded(event: VersionSigned, kept: bytes | None) -> bytes | None:
    """The document of the event where it says something else than the bytes that are kept."""
    if kept is not None and hashlib.sha256(kept).hexdigest() == event.document_hash:
        said = _said(kept, type(event.document))
        root = f"/{type(event.document).__name__}"
        if said is not None and dict(values_within(said, root)) == dict(
            values_within(event.document, root)
        ):
            return None
    told = codec.canonical_text(event.document)
    return told if len(told) <= DOCUMENT_BYTES else None


def _said(kept: bytes, kind: type[Amendable]) -> Amendable | None:
    """What bytes say that are those of their event; None where they cannot be read."""
    try:
        return codec.read(schema.parse(kept), kind)
    except (ValueError, Unprocessed):
        return None
