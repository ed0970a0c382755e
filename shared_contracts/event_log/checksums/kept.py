"""The trees of checksums as they are kept beside the log: brought up to date with each batch.

A batch reads the buckets that it touches and the nodes above them, and writes them anew: four
statements, however many objects there are.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from psycopg import Cursor

from shared_contracts.event_log.checksums.tree import (
    CHILDLESS,
    Checksum,
    ancestors,
    bucket_hash,
    changed_nodes,
    place,
)
from shared_contracts.event_log.writing.arrays import (
    Array,
    Blobs,
    Int8s,
    Moments,
    Texts,
    Uuids,
    blobs,
    int8s,
    moments,
    register,
    texts,
    uuids,
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.checksums (
  holder text NOT NULL,
  place text NOT NULL,
  object_type text NOT NULL,
  object_id uuid NOT NULL,
  version bigint NOT NULL,
  document_hash bytea NOT NULL,
  formed_at timestamptz NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (holder, place, object_type, object_id));
CREATE TABLE IF NOT EXISTS views.checksum_nodes (
  holder text NOT NULL,
  object_type text NOT NULL,
  prefix text NOT NULL,
  children bytea NOT NULL,
  PRIMARY KEY (holder, object_type, prefix)) WITH (fillfactor = 50)
"""
"""``holder`` is the code of the SEZ whose objects they are; a SEZ, which has its own, leaves it
empty. ``children`` are the 16 hashes under a node."""

TABLES = {
    "checksums": ("holder", "place", "object_type", "object_id"),
    "checksum_nodes": ("holder", "object_type", "prefix"),
}
"""The primary keys of these tables."""

_KEEP = """
INSERT INTO views.checksums
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::uuid[], %s::bigint[], %s::bytea[],
  %s::timestamptz[], %s::bigint[])
ON CONFLICT (holder, place, object_type, object_id) DO UPDATE SET version = excluded.version,
  document_hash = excluded.document_hash, formed_at = excluded.formed_at,
  position = excluded.position"""

_GONE = """
DELETE FROM views.checksums c USING unnest(%s::text[], %s::text[], %s::uuid[])
  AS k (holder, place, object_id)
WHERE c.holder = k.holder AND c.place = k.place AND c.object_id = k.object_id
RETURNING c.holder, c.object_type, c.place"""

_BUCKETS = """
SELECT k.holder, k.object_type, k.place, c.object_id, c.version, c.document_hash
FROM unnest(%s::text[], %s::text[], %s::text[]) AS k (holder, object_type, place)
LEFT JOIN LATERAL (SELECT * FROM views.checksums o WHERE o.holder = k.holder
  AND o.place = k.place AND o.object_type = k.object_type LIMIT ALL OFFSET 0) c ON true
ORDER BY 1, 2, 3"""

_NODES = """
SELECT k.holder, k.object_type, k.prefix, n.children
FROM unnest(%s::text[], %s::text[], %s::text[]) AS k (holder, object_type, prefix)
CROSS JOIN LATERAL (SELECT children FROM views.checksum_nodes o WHERE o.holder = k.holder
  AND o.object_type = k.object_type AND o.prefix = k.prefix LIMIT 1) n"""

_ROWS = """
SELECT c.holder, c.object_type, c.object_id, c.version, encode(c.document_hash, 'hex'),
  c.formed_at, c.position
FROM unnest(%s::text[], %s::text[], %s::text[]) AS k (holder, object_type, place)
CROSS JOIN LATERAL (SELECT * FROM views.checksums o WHERE o.holder = k.holder
  AND o.place = k.place AND o.object_type = k.object_type LIMIT ALL OFFSET 0) c
ORDER BY c.object_type, c.place, c.object_id LIMIT %s"""

_WRITE = """
INSERT INTO views.checksum_nodes
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bytea[])
ON CONFLICT (holder, object_type, prefix) DO UPDATE SET children = excluded.children"""

_EMPTIED = """
DELETE FROM views.checksum_nodes n USING unnest(%s::text[], %s::text[], %s::text[])
  AS k (holder, object_type, prefix)
WHERE n.holder = k.holder AND n.object_type = k.object_type AND n.prefix = k.prefix"""

_NODE = (Texts, Texts, Texts)
_CHECKSUM = (*_NODE, Uuids, Int8s, Blobs, Moments, Int8s)
_ENCODE: Mapping[type[Array], Callable[[Iterable[Any]], bytes]] = {
    Texts: texts,
    Uuids: uuids,
    Int8s: int8s,
    Blobs: blobs,
    Moments: moments,
}

Bucket = tuple[str, str, str]
"""Holder, type of objects, place."""


@dataclass(frozen=True, slots=True)
class KeptChecksum:
    """The newest version of an object of a holder; when it was formed, and where in the log."""

    holder: str
    object_type: str
    object_id: UUID
    version: int
    document_hash: str
    formed_at: datetime
    position: int


def keep(cursor: Cursor[Any], kept: Collection[KeptChecksum]) -> None:
    """Bring the trees up to date with the newest versions of some objects, each object once."""
    if not kept:
        return
    rows = [
        (
            one.holder,
            place(one.object_id),
            one.object_type,
            one.object_id,
            one.version,
            bytes.fromhex(one.document_hash),
            one.formed_at,
            one.position,
        )
        for one in kept
    ]
    register(cursor)
    cursor.execute(_KEEP, _columns(rows, *_CHECKSUM))
    _bring_up(cursor, {(row[0], row[2], row[1]) for row in rows})


def forget(cursor: Cursor[Any], holder: str, object_ids: Collection[UUID]) -> None:
    """Take objects out of the trees of a holder, of whatever type they are."""
    if object_ids:
        register(cursor)
        rows = [(holder, place(one), one) for one in object_ids]
        touched = cursor.execute(_GONE, _columns(rows, Texts, Texts, Uuids)).fetchall()
        _bring_up(cursor, set(touched))


def _bring_up(cursor: Cursor[Any], touched: Collection[Bucket]) -> None:
    """Calculate these buckets and the nodes above them anew."""
    if not touched:
        return
    buckets = dict[tuple[str, str], dict[str, bytes]]()
    rows = cursor.execute(_BUCKETS, _columns(sorted(touched), *_NODE)).fetchall()
    for (holder, object_type, at), found in groupby(rows, key=lambda row: row[:3]):
        objects = [Checksum(*row[3:]) for row in found if row[3] is not None]
        buckets.setdefault((holder, object_type), {})[at] = bucket_hash(objects)
    known = _nodes(cursor, buckets)
    changed = [
        (*tree, prefix, children)
        for tree, hashes in buckets.items()
        for prefix, children in changed_nodes(hashes, known.get(tree, {})).items()
    ]
    if full := [row for row in changed if row[3] != CHILDLESS]:
        cursor.execute(_WRITE, _columns(full, *_NODE, Blobs))
    if emptied := [row[:3] for row in changed if row[3] == CHILDLESS]:
        cursor.execute(_EMPTIED, _columns(emptied, *_NODE))


def _nodes(
    cursor: Cursor[Any], buckets: Mapping[tuple[str, str], Mapping[str, bytes]]
) -> dict[tuple[str, str], dict[str, bytes]]:
    """The children of the nodes above these buckets, as they are kept."""
    above = [(*tree, prefix) for tree, found in buckets.items() for prefix in ancestors(found)]
    known = dict[tuple[str, str], dict[str, bytes]]()
    for holder, object_type, prefix, children in cursor.execute(_NODES, _columns(above, *_NODE)):
        known.setdefault((holder, object_type), {})[prefix] = children
    return known


Asked = tuple[str, str]
"""The type of the objects of a tree, and the prefix of one of its nodes."""


def read_nodes(cursor: Cursor[Any], holder: str, asked: Collection[Asked]) -> dict[Asked, bytes]:
    """The children of some nodes, and of those above them, as they are kept."""
    above = {(kind, prefix[:-1]) for kind, prefix in asked if prefix}
    wanted = [(holder, *one) for one in sorted({*asked, *above})]
    register(cursor)
    rows = cursor.execute(_NODES, _columns(wanted, *_NODE)).fetchall() if wanted else []
    return {(kind, prefix): children for _, kind, prefix, children in rows}


def read_bucket(cursor: Cursor[Any], holder: str, bucket: Asked, most: int) -> list[KeptChecksum]:
    """The objects of a bucket by their ids, at ``most`` so many."""
    rows = cursor.execute(_ROWS, ([holder], [bucket[0]], [bucket[1]], most)).fetchall()
    return [KeptChecksum(*row) for row in rows]


def _columns(rows: Collection[Sequence[Any]], *kinds: type[Array]) -> tuple[Array, ...]:
    """Rows as the arrays of their columns; at least one row."""
    columns = zip(*rows, strict=True)
    return tuple(
        kind.joined(len(rows), (_ENCODE[kind](column),))
        for kind, column in zip(kinds, columns, strict=True)
    )
