"""A large document examined slice by slice: what its report says is what is said of any other."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from registry.intake.content_report import ExaminedDocument
from registry.intake.document_check import described, hashed, proven, signatures_of
from shared_contracts.faults import Breach, Unprocessed
from shared_contracts.large_documents.apart import apart_of, bare
from shared_contracts.large_documents.reading import SlicedReading, check_work, sliced
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import KINDS
from shared_contracts.messages.package import Record, RecordHeader
from shared_contracts.signing import proof_cost
from shared_contracts.signing.verify import verify_sliced
from shared_contracts.xml import schema


def examine_large(
    number: int, record: Record, path: Path | None, *, check: Callable[[], None] = lambda: None
) -> ExaminedDocument:
    """All that can be said of a large document; its content is without its parts.

    One that has no parts to be cut at is examined like any other. ``check`` is asked after each
    slice whether to go on; what it raises ends the examination.
    """
    seen = hashed(number, record, path)
    try:
        reading = path and sliced(number, KINDS[record.header.object_type], path)
        return (
            _report(seen, record.header, reading, check)
            if reading
            else proven(number, record, path)
        )
    except Unprocessed as problem:
        check()  # where memory ends, the reader of XML calls the document broken
        return msgspec.structs.replace(seen, unreadable=str(problem))


def _report(
    seen: ExaminedDocument,
    header: RecordHeader,
    reading: SlicedReading,
    check: Callable[[], None],
) -> ExaminedDocument:
    kind, element = reading.kind, schema.parse(reading.slices.skeleton)
    check_work(seen.size, proof_cost.methods_in(element))
    signed = signatures_of(kind.whole.__name__, partial(verify_sliced, reading.slices))
    document, breaches = _read(header, reading, check)
    found = described(seen, kind, element, (document, breaches))
    if document is None:
        return msgspec.structs.replace(found, **signed)
    content, kept = msgspec.json.encode(bare(document)), apart_of(document)
    return msgspec.structs.replace(found, content=content, apart=kept, **signed)


def _read(
    header: RecordHeader, reading: SlicedReading, check: Callable[[], None]
) -> tuple[Amendable | None, list[Breach]]:
    document, breaches = reading.read(check)
    if document is not None:
        breaches = [
            breach.of(reading.number) for breach in reading.examine(document, header.formed_at)
        ]
    return document, breaches
