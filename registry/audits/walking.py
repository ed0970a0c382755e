"""The way down the trees of checksums of a SEZ, only where they differ from the record (S216-12a).

Nodes are asked for from the end of a list, to whose end their differing children come: so it stays
short also where everything differs. Kept trees go on growing meanwhile: each answer is as of its
own position, and what differs for good differs in each of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from registry.audits import comparing, listing
from registry.audits.comparing import Comparison, ObjectKey
from registry.audits.finding import AnswerMoments, AuditFinding, Differs, RecordedObject
from registry.audits.states import AuditOrder, PageReached, RunningAudit
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.event_log.checksums.kept import Asked
from shared_contracts.event_log.checksums.tree import (
    CHILDLESS,
    DEPTH,
    Checksum,
    bucket_hash,
    differing,
    node_hash,
    place,
)
from shared_contracts.event_log.log import EventLog
from shared_contracts.limits import AUDIT_NODES
from shared_contracts.messages.audit import (
    AskedNode,
    AuditAnswer,
    AuditContent,
    AuditRequest,
    ChecksumDepth,
    ChecksumNode,
    ObjectChecksum,
)
from shared_contracts.messages.kinds import KINDS

Buckets = Mapping[Asked, list[ObjectChecksum]]


def asked(order: AuditOrder, content: AuditContent, before: PageReached | None) -> dict[str, Any]:
    """What a request says of trees: the depth, and the nodes whose turn it is."""
    if content is not AuditContent.CHECKSUMS or order.depth is None:
        return {}
    named = _waiting(order, before)[-AUDIT_NODES:]
    nodes = tuple(AskedNode(object_type=kind, prefix=at) for kind, at in named)
    return {"depth": order.depth, "asked_nodes": nodes}


def to_ask(
    log: EventLog, audit: RunningAudit, request: AuditRequest, answer: AuditAnswer
) -> tuple[str, ...]:
    """The nodes that are still to be asked for after this answer."""
    if request.depth is None:
        return ()
    waiting = _waiting(audit.order, audit.place[1])
    earlier, now = waiting[: -len(request.asked_nodes)], waiting[-len(request.asked_nodes) :]
    inner = [one for one in answer.nodes if len(one.prefix) < DEPTH]
    ours = listing.nodes(log, audit.order.sez_code, [_key(one) for one in inner])
    below = [
        (str(one.object_type), prefix)
        for one in inner
        for prefix in differing(
            one.prefix, ours.get(_key(one), CHILDLESS), one.children or CHILDLESS
        )
    ]
    left = (*earlier, *now[len(answer.nodes) :], *below)
    return tuple(f"{object_type}/{prefix}" for object_type, prefix in left)


def compared(
    log: EventLog, audit: RunningAudit, request: AuditRequest, answer: AuditAnswer
) -> Comparison:
    """The objects of the buckets that were told against the same buckets on record."""
    whose = (audit.order.environment, audit.order.sez_code)
    moments = AnswerMoments(answer.as_of, audit.ordered_at)
    told = _buckets(answer)
    broken = _broken(answer, told) if request.depth is ChecksumDepth.TREE else ()
    ours = listing.buckets(log, whose[1], told)
    keys: set[ObjectKey] = {(one.object_type, one.object_id) for one in ours}
    listed: set[ObjectKey] = {(str(one.object_type), one.object_id) for one in answer.checksums}
    known = listing.named(log, whose, keys | listed)
    stored = request.depth is ChecksumDepth.LIVE
    found = comparing.checksums(answer.checksums, known, moments, stored=stored)
    missing = (known[key] for key in sorted(keys - listed) if key in known)
    unlisted = [comparing.unlisted(one) for one in missing if _must_be(one, moments)]
    return Comparison((*broken, *found.findings, *unlisted), found.under_way)


def check_nodes(answer: AuditAnswer, request: AuditRequest) -> None:
    """``NotTheCounterpart`` unless it tells the first nodes asked for, and their objects alone."""
    wanted = [(str(one.object_type), one.prefix) for one in request.asked_nodes]
    told = [_key(one) for one in answer.nodes]
    if told != wanted[: len(told)]:
        raise NotTheCounterpart("its nodes are not the first of those asked for")
    if not told and not (answer.more and request.depth is ChecksumDepth.LIVE):
        raise NotTheCounterpart("it tells none of the nodes asked for")
    if any(len(one.children or CHILDLESS) != len(CHILDLESS) for one in answer.nodes):
        raise NotTheCounterpart("it tells a node without its 16 children")
    if any(one.prefix and one.hash is None for one in answer.nodes):
        raise NotTheCounterpart("it tells a node without its hash")
    buckets = {one for one in told if len(one[1]) == DEPTH}
    if not buckets.issuperset(_buckets(answer)):
        raise NotTheCounterpart("it tells objects of another bucket than was asked for")
    rows = [(one.object_type, one.object_id) for one in answer.checksums]
    if len(set(rows)) != len(rows):
        raise NotTheCounterpart("it tells an object twice")


def _waiting(order: AuditOrder, before: PageReached | None) -> list[Asked]:
    """The nodes that are to be asked for; at first the roots."""
    if before is None:
        return [(object_type, "") for object_type in order.object_types or tuple(KINDS)]
    parted = (one.partition("/") for one in before.to_ask)
    return [(object_type, prefix) for object_type, _, prefix in parted]


def _key(node: ChecksumNode) -> Asked:
    return str(node.object_type), node.prefix


def _buckets(answer: AuditAnswer) -> dict[Asked, list[ObjectChecksum]]:
    """The objects of an answer by their buckets; those of which there are none are empty."""
    found: dict[Asked, list[ObjectChecksum]] = {
        _key(one): [] for one in answer.nodes if len(one.prefix) == DEPTH
    }
    for row in answer.checksums:
        found.setdefault((str(row.object_type), place(row.object_id)), []).append(row)
    return found


def _broken(answer: AuditAnswer, buckets: Buckets) -> Iterator[AuditFinding]:
    """Nodes that are not what stands under them."""
    for one in answer.nodes:
        if not one.prefix:
            continue  # nothing above the root says what it is
        if len(one.prefix) < DEPTH:
            made = node_hash(one.children or CHILDLESS)
        else:
            rows = buckets[_key(one)]
            made = bucket_hash(
                Checksum(row.object_id, row.version, bytes.fromhex(row.document_hash))
                for row in rows
            )
        if made.hex() != one.hash:
            yield AuditFinding(
                kind=Differs.TREE_BROKEN,
                object_type=one.object_type,
                prefix=one.prefix,
                expected=made.hex(),
                found=one.hash,
            )


def _must_be(known: RecordedObject, moments: AnswerMoments) -> bool:
    """Whether the SEZ must list the object: it has had a version of it."""
    return any(moments.has(*when) for _, *when in known.versions.values())
