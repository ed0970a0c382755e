"""One request as encoded rows, and a group of requests as the columns that ``append`` takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from psycopg.types.numeric import Int4

from shared_contracts.event_log.writing.arrays import (
    Array,
    Blobs,
    Int4s,
    Int8s,
    Texts,
    Uuids,
    blobs,
    int4,
    int8s,
    texts,
    uuids,
)
from shared_contracts.event_log.writing.commit import Claim, Evidence, NewHead

APPEND = (
    "SELECT request, position, conflict, key FROM log.append(%b::int, "
    "%b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b)"
)
"""The call that writes a group; its parameters are those of ``columns``."""

_KINDS: tuple[tuple[type[Array], ...], ...] = (
    (Uuids, Int8s, Texts, Blobs),
    (Texts, Texts, Texts, Uuids, Uuids, Int8s, Blobs),
    (Uuids, Int8s, Texts, Blobs),
    (Texts, Texts),
)
"""Columns of events, heads, evidence and claims, in the order of the function's parameters."""

_NOTHING: tuple[int, tuple[bytes, ...]] = (0, ())


@dataclass(frozen=True, slots=True)
class Rows:
    """What one request writes: for each section the number of rows and their encoded columns.

    ``weight`` counts rows, and one more for each KiB of evidence, so that groups stay small.
    """

    sections: tuple[tuple[int, tuple[bytes, ...]], ...]
    weight: int


def encoded(
    events: Sequence[StoredEvent],
    *,
    heads: Sequence[NewHead] = (),
    evidence: Sequence[Evidence] = (),
    claims: Sequence[Claim] = (),
) -> Rows:
    """A request, encoded in the thread that makes it; raises ValueError on a NUL in a text."""
    size = sum(len(proof.body) for proof in evidence) >> 10
    return Rows(
        (_events(events), _heads(heads), _evidence(evidence), _claims(claims)),
        len(events) + len(heads) + len(evidence) + len(claims) + size,
    )


def columns(group: Sequence[Rows]) -> list[Any]:
    """The parameters of ``APPEND`` for a group of requests, numbered from 1."""
    parameters: list[Any] = [Int4(len(group))]
    for section, kinds in enumerate(_KINDS):
        parts = [(n, *rows.sections[section]) for n, rows in enumerate(group, 1)]
        filled = [part for part in parts if part[1]]
        total = sum(count for _, count, _ in filled)
        parameters.append(Int4s.joined(total, [int4(n) * count for n, count, _ in filled]))
        for column, kind in enumerate(kinds):
            parameters.append(kind.joined(total, [cells[column] for _, _, cells in filled]))
    return parameters


def _events(events: Sequence[StoredEvent]) -> tuple[int, tuple[bytes, ...]]:
    return len(events), (
        uuids([_uuid(event.originator_id) for event in events]),
        int8s([event.originator_version for event in events]),
        texts([event.topic for event in events]),
        blobs([event.state for event in events]),
    )


def _uuid(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)


def _heads(heads: Sequence[NewHead]) -> tuple[int, tuple[bytes, ...]]:
    if not heads:
        return _NOTHING
    return len(heads), (
        texts([head.key.environment for head in heads]),
        texts([head.key.sez_code for head in heads]),
        texts([head.key.kind for head in heads]),
        uuids([head.key.object_id for head in heads]),
        uuids([head.originator_id for head in heads]),
        int8s([head.version for head in heads]),
        blobs([head.state for head in heads]),
    )


def _evidence(evidence: Sequence[Evidence]) -> tuple[int, tuple[bytes, ...]]:
    if not evidence:
        return _NOTHING
    return len(evidence), (
        uuids([proof.originator_id for proof in evidence]),
        int8s([proof.version for proof in evidence]),
        texts([proof.name for proof in evidence]),
        blobs([proof.body for proof in evidence]),
    )


def _claims(claims: Sequence[Claim]) -> tuple[int, tuple[bytes, ...]]:
    if not claims:
        return _NOTHING
    return len(claims), (
        texts([claim.key for claim in claims]),
        texts([claim.value for claim in claims]),
    )
