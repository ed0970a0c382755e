"""Nodes of the trees of checksums as an audit asks for them, kept or calculated anew (S216-12a)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, assert_never
from uuid import UUID

from sez.audits.listing import AuditedStore, Read, checksums, in_buckets, kept_nodes
from sez.audits.live_tree import LiveTree, LiveTrees
from sez.audits.stored_files import StoredFiles
from shared_contracts.event_log.checksums.kept import Asked
from shared_contracts.event_log.checksums.tree import CHILDLESS, DEPTH, EMPTY, child, place
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import AUDIT_BUCKETS
from shared_contracts.messages.audit import (
    AuditContent,
    AuditRequest,
    ChecksumDepth,
    ChecksumNode,
    ObjectChecksum,
)

Buckets = Mapping[Asked, list[ObjectChecksum]]


@dataclass(frozen=True, slots=True)
class TreeAnswers:
    """Tells nodes of the trees of this SEZ; safe for all threads."""

    store: AuditedStore
    live: LiveTrees

    def told(self, request: AuditRequest, position: int) -> tuple[int, dict[str, Any]]:
        """As of which position, and the page; the trees that are kept are as of the newest.

        ``Unprocessed`` where the question cannot be answered.
        """
        asked = [(str(one.object_type), one.prefix) for one in request.asked_nodes]
        if request.content is not AuditContent.CHECKSUMS or not asked:
            raise Unprocessed(Fault.AUDIT_REFUSED, "Depth without AskedNodes of CHECKSUMS")
        match request.depth:
            case ChecksumDepth.LIVE:
                return position, self._live(request, asked, position)
            case ChecksumDepth.TREE | None:
                reached, nodes, buckets = kept_nodes(self.store.log, asked, AUDIT_BUCKETS)
                under = partial(_kept, nodes)
                return reached, _page(asked, under, partial(_above, under), buckets)
            case unknown:
                assert_never(unknown)

    def _live(self, request: AuditRequest, asked: list[Asked], position: int) -> dict[str, Any]:
        def read(files: StoredFiles, after: UUID, most: int, until: float) -> Read:
            return checksums(replace(self.store, files=files), (after, position), most, until)

        tree = self.live.of((request.audit_id, position), read)
        if not tree.whole:
            return {"more": True, "reached_object": tree.reached}
        return _page(asked, tree.children, tree.hash, self._standing(tree, asked, position))

    def _standing(self, tree: LiveTree, asked: list[Asked], position: int) -> Buckets:
        """The objects of the first buckets, as they stand."""
        wanted = [one for one in asked if len(one[1]) == DEPTH]
        found = {one: list[ObjectChecksum]() for one in wanted}
        if any(tree.hash(*one) != EMPTY for one in wanted):
            places = {prefix for _, prefix in wanted}
            store = replace(self.store, files=tree.files)
            for row in in_buckets(store, places, position):
                bucket = (str(row.object_type), place(row.object_id))
                if bucket in found:
                    found[bucket].append(row)
        told, most = dict[Asked, list[ObjectChecksum]](), AUDIT_BUCKETS
        for one, rows in found.items():
            most -= len(rows)
            if told and most < 0:
                break
            told[one] = rows
        return told


def _kept(nodes: Mapping[Asked, bytes], object_type: str, prefix: str) -> bytes:
    return nodes.get((object_type, prefix), CHILDLESS)


def _above(under: Callable[[str, str], bytes], object_type: str, prefix: str) -> bytes:
    """The hash of a node as the one above it has it."""
    return child(under(object_type, prefix[:-1]), prefix[-1])


def _page(
    asked: list[Asked],
    under: Callable[[str, str], bytes],
    hash_of: Callable[[str, str], bytes],
    buckets: Buckets,
) -> dict[str, Any]:
    """The nodes up to the first bucket that has no room."""
    nodes, rows = list[ChecksumNode](), list[ObjectChecksum]()
    for one in asked:
        object_type, prefix = one
        children: bytes | None = None
        if len(prefix) < DEPTH:
            children = under(object_type, prefix)
        elif one not in buckets:
            break
        else:
            rows += buckets[one]
        nodes.append(
            ChecksumNode(
                object_type=object_type,
                prefix=prefix,
                hash=hash_of(object_type, prefix).hex() if prefix else None,
                children=None if children == CHILDLESS else children,
            )
        )
    if len(rows) > AUDIT_BUCKETS:
        told = f"a bucket has more than {AUDIT_BUCKETS} objects: ask for the list, without Depth"
        raise Unprocessed(Fault.AUDIT_REFUSED, told)
    return {"nodes": tuple(nodes), "checksums": tuple(rows), "more": len(nodes) < len(asked)}
