"""Which waiting versions may leave together (S216-18.2).

One package of an object is in flight at a time, versions leave in their order, and the records of
one purchase share a package.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from shared_contracts.limits import RECORDS


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """A signed version that no package carries yet; ``originator_id`` leads to its bytes."""

    object_id: UUID
    version: int
    document_hash: str
    formed_at: datetime
    originator_id: UUID
    log_version: int
    registry_id: UUID | None = None


def loads(waiting: Iterable[Waiting], held_back: Collection[UUID]) -> Iterator[tuple[Waiting, ...]]:
    """Packages to form now; objects ``held_back`` are in flight or stopped by a refusal."""
    ready = sorted(version for version in waiting if version.object_id not in held_back)
    for _, versions in groupby(ready, key=lambda version: version.object_id):
        yield tuple(versions)[:RECORDS]


def pause(attempt: int, first: float, longest: float) -> float:
    """Seconds to wait after the ``attempt``-th failure: doubling from ``first`` to ``longest``."""
    return min(longest, first * 2.0 ** min(attempt - 1, 30))
