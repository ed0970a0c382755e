"""Trees of checksums and single objects of an audited SEZ (S216-9.7, S216-12c-d)."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from shared_contracts.conformance.case import Deviation, NotExamined
from shared_contracts.conformance.sez_cases.answering import STRANGER
from shared_contracts.conformance.sez_exam import SEZ_BOOK, SezExam
from shared_contracts.conformance.wire import digest
from shared_contracts.errors import BadInput
from shared_contracts.event_log.checksums.tree import (
    CHILDLESS,
    DEPTH,
    Checksum,
    bucket_hash,
    child,
    differing,
    node_hash,
    place,
)
from shared_contracts.event_log.leaf import GENESIS, chain
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.limits import AUDIT_NODES
from shared_contracts.messages.audit import (
    AskedNode,
    AuditAnswer,
    AuditContent,
    ChecksumDepth,
    ChecksumNode,
    LoggedEvent,
    ObjectChecksum,
)
from shared_contracts.messages.audited_object import (
    AUDIT_OBJECT,
    ObjectAuditAnswer,
    ObjectAuditRequest,
    SignedRecord,
)
from shared_contracts.messages.kinds import KINDS
from shared_contracts.messages.packed import unpacked

PATIENCE = 60.0
"""Seconds that a SEZ has to calculate its trees anew."""

PAUSE = 0.2
PAGES = 200
"""Most answers of one walk or object that the kit reads."""

Row = tuple[str, Checksum]


@SEZ_BOOK.case("Z-CHECKSUM-TREE")
def kept_tree(exam: SezExam) -> None:
    """The trees of checksums that are kept lead to the objects that are listed (S216-9.7)."""
    _leads_to_what_is_listed(exam, ChecksumDepth.TREE)


@SEZ_BOOK.case("Z-CHECKSUM-LIVE")
def live_tree(exam: SezExam) -> None:
    """Trees that are calculated anew from the kept documents say the same (S216-9.7)."""
    _leads_to_what_is_listed(exam, ChecksumDepth.LIVE)


@SEZ_BOOK.case("Z-AUDIT-OBJECT")
def one_object(exam: SezExam) -> None:
    """Of one object the SEZ gives its entries and signed records, which prove themselves."""
    newest = max(_listed_rows(exam), key=lambda one: one.position)
    records, entries = list[SignedRecord](), list[LoggedEvent]()
    for page in _object_pages(exam, newest):
        entries += page.logged_events
        records += map(_opened, page.signed_records)
    _check_entries(entries)
    if newest.position not in {one.position for one in entries}:
        raise Deviation(f"the entry at {newest.position}", f"{len(entries)} others")
    found = {one.version: one for one in records}
    record = found.get(newest.version)
    if record is None or record.document_hash != newest.document_hash:
        raise Deviation(f"version {newest.version} {newest.document_hash}", f"{sorted(found)}")
    if record.document is not None and digest(record.document) != newest.document_hash:
        raise Deviation(f"bytes of {newest.document_hash}", digest(record.document))
    if record.document is None and not record.left_out:
        raise Deviation("the signed bytes", "none")


@SEZ_BOOK.case("Z-AUDIT-OBJECT-STRANGER")
def object_for_a_stranger(exam: SezExam) -> None:
    """Who is not the Registry obtains no object (S216-13a)."""
    request = _object_request(exam, {"object_id": uuid7()})
    body = exam.sealed(request, exam.keys.named(STRANGER))
    exam.fault(exam.post(AUDIT_OBJECT, body), Fault.NOT_THE_REGISTRY)


def _listed_rows(exam: SezExam) -> list[ObjectChecksum]:
    pages = exam.audited(AuditContent.CHECKSUMS)
    rows = [one for page in pages for one in page.checksums]
    if not rows:
        raise NotExamined("the SEZ has signed nothing yet: announce an object, and begin again")
    return rows


def _rows(listed: Sequence[ObjectChecksum]) -> set[Row]:
    return {
        (
            one.object_type,
            Checksum(one.object_id, one.version, bytes.fromhex(one.document_hash)),
        )
        for one in listed
    }


def _leads_to_what_is_listed(exam: SezExam, depth: ChecksumDepth) -> None:
    """Walk the trees between two lists: where these are the same, so is what the trees hold."""
    for _ in range(5):
        before = _rows(_listed_rows(exam))
        walked = _walked(exam, depth)
        if before == _rows(_listed_rows(exam)):
            break
    else:
        raise NotExamined("the SEZ signs without a pause: begin again when it rests")
    if walked != before:
        told = f"{len(before - walked)} are lacking, {len(walked - before)} are others"
        raise Deviation(f"the {len(before)} objects that are listed", told)


def _walked(exam: SezExam, depth: ChecksumDepth) -> set[Row]:
    """All objects to which the trees lead from their roots; each node must be what is below it."""
    bound: dict[str, Any] = {"audit_id": uuid7(), "depth": depth}
    waiting, expected = [(kind, "") for kind in KINDS], dict[tuple[str, str], str]()
    found, pages = set[Row](), 0
    while waiting:
        if (pages := pages + 1) > PAGES:
            raise NotExamined(f"the trees have more than {PAGES} pages")
        asked, rest = waiting[:AUDIT_NODES], waiting[AUDIT_NODES:]
        page = _told_nodes(exam, asked, bound)
        told = [(str(one.object_type), one.prefix) for one in page.nodes]
        if told != asked[: len(told)]:
            raise Deviation(f"the nodes {asked[: len(told)]}", f"{told}")
        rows = _rows(page.checksums)
        below = [under for one in page.nodes for under in _below(one, rows, expected)]
        found |= rows
        waiting = [*below, *asked[len(told) :], *rest]
    return found


def _told_nodes(
    exam: SezExam, asked: Sequence[tuple[str, str]], bound: dict[str, Any]
) -> AuditAnswer:
    """The first of the nodes that are asked for, once the SEZ has calculated them."""
    nodes = tuple(AskedNode(object_type=kind, prefix=prefix) for kind, prefix in asked)
    until = time.monotonic() + PATIENCE
    while True:
        request = exam.audit_request(AuditContent.CHECKSUMS, asked_nodes=nodes, **bound)
        page = exam.answer("Audit", request, AuditAnswer)
        if bound["depth"] is ChecksumDepth.LIVE:
            bound["position"] = page.position
        if page.nodes:
            return page
        if not page.more or time.monotonic() > until:
            raise Deviation("Nodes", f"none within {PATIENCE:.0f} s")
        time.sleep(PAUSE)


def _below(
    node: ChecksumNode, rows: set[Row], expected: dict[tuple[str, str], str]
) -> Iterator[tuple[str, str]]:
    """The children of a node that hold something; ``Deviation`` where it is not their hash."""
    kind, prefix = str(node.object_type), node.prefix
    if len(prefix) == DEPTH:
        made = bucket_hash(one for named, one in rows if named == kind and _in(one, prefix))
    else:
        children = node.children or CHILDLESS
        made = node_hash(children)
        for under in differing(prefix, CHILDLESS, children):
            expected[kind, under] = child(children, under[-1]).hex()
            yield kind, under
    stated = node.hash if prefix else made.hex()
    above = expected.get((kind, prefix), stated)
    if not made.hex() == stated == above:
        raise Deviation(f"{kind}/{prefix} {made.hex()}", f"{stated}, above it {above}")


def _in(one: Checksum, prefix: str) -> bool:
    return place(one.object_id) == prefix


def _object_request(exam: SezExam, told: dict[str, Any]) -> ObjectAuditRequest:
    stated = {
        "audit_id": uuid7(),
        "ground": "Проверка соответствия",
        "ordered_by": "Сынақ жинағы",
    }
    return exam.question(ObjectAuditRequest, **(stated | told))


def _object_pages(exam: SezExam, one: ObjectChecksum) -> Iterator[ObjectAuditAnswer]:
    bound: dict[str, Any] = {"audit_id": uuid7()}
    bound |= {"object_types": (one.object_type,), "object_id": one.object_id}
    for _ in range(PAGES):
        request = _object_request(exam, bound)
        page = exam.answer(AUDIT_OBJECT, request, ObjectAuditAnswer)
        said = (page.message_id, page.audit_id, page.object_id)
        if said != (request.message_id, request.audit_id, one.object_id):
            raise Deviation("ObjectAuditAnswer to this question", "to another one")
        yield page
        if not page.more:
            return
        bound |= {"position": page.position, "after_position": page.reached_position}
    raise NotExamined(f"the object has more than {PAGES} pages")


def _opened(record: SignedRecord) -> SignedRecord:
    try:
        return unpacked(record)
    except BadInput as flaw:
        raise Deviation("a record whose zlib stream can be read", str(flaw)) from flaw


def _check_entries(entries: Sequence[LoggedEvent]) -> None:
    """Demand that each entry carries the chain on from the value before it."""
    known = {0: GENESIS.hex()} | {one.position: one.chain_hash for one in entries}
    for one in entries:
        before = one.previous_chain_hash or known.get(one.position - 1)
        if before is None:
            raise Deviation(f"PreviousChainHash at {one.position}", "none")
        made = chain(bytes.fromhex(before), one.position, bytes.fromhex(one.leaf_hash)).hex()
        if made != one.chain_hash:
            raise Deviation(f"ChainHash {made} at {one.position}", one.chain_hash)
