"""Which waiting versions may leave together (S216-18.2).

One package of an object is in flight at a time, and versions leave in their order. Tenders of one
customer share a package; those of two never do, so that what holds up the one (an authority that
is silent about his people) leaves the other alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby, takewhile, zip_longest
from typing import Protocol, TypeVar
from uuid import UUID

from shared_contracts.limits import DOCUMENT_BYTES, MESSAGE_BYTES
from shared_contracts.messages.kinds import TRANSFER

TOGETHER = 50
"""Most records of one package, of the many that the contract allows: a refusal holds up few."""

BYTES = MESSAGE_BYTES // 2
"""Most bytes that the records of one package take: half of what a message may have."""

AROUND = 4096
"""Bytes that a record takes beside its document, at most."""


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """A signed version that no package carries yet; ``originator_id`` leads to its bytes.

    ``size`` is that of its document, in bytes; ``alone`` says that it shares no package with
    another tender, since one that carried it could not be delivered; ``operation`` is the
    Registry's by which it travels, with others of the same alone.
    """

    object_id: UUID
    version: int
    document_hash: str
    formed_at: datetime
    originator_id: UUID
    log_version: int
    registry_id: UUID | None = None
    customer: str = ""
    size: int = 0
    alone: bool = False
    operation: str = TRANSFER

    @property
    def room(self) -> int:
        """Bytes that it takes in a package, at most."""
        return AROUND + (0 if self.size > DOCUMENT_BYTES else (self.size + 2) // 3 * 4)


def loads(waiting: Iterable[Waiting], held_back: Collection[UUID]) -> Iterator[tuple[Waiting, ...]]:
    """Packages to form now, the customers in turn; none of an object ``held_back``.

    What travels by another operation is in a package of its own, and versions of an object that
    do so wait for those before them.
    """
    ready = sorted(version for version in waiting if version.object_id not in held_back)
    customers: dict[tuple[str, str], list[Waiting]] = {}
    for version in _leading(ready):
        customers.setdefault((version.customer, version.operation), []).append(version)
    for turn in zip_longest(*map(_packed, customers.values())):
        yield from filter(None, turn)


def _leading(ready: Iterable[Waiting]) -> Iterator[Waiting]:
    """Of each object what travels by the operation of its first version here."""
    for _, versions in groupby(ready, key=lambda version: version.object_id):
        own = tuple(versions)
        yield from takewhile(partial(_travels_by, own[0].operation), own)


def _travels_by(operation: str, version: Waiting) -> bool:
    return version.operation == operation


def _packed(ready: Sequence[Waiting]) -> Iterator[tuple[Waiting, ...]]:
    """Packages of one customer's tenders; what of a tender does not fit waits for the next."""
    load: tuple[Waiting, ...] = ()
    for _, versions in groupby(ready, key=lambda version: version.object_id):
        own = _fitting(versions)
        together = load + own
        if load and (own[0].alone or load[0].alone or len(_fitting(together)) < len(together)):
            yield load
            together = own
        load = together
    if load:
        yield load


def _fitting(versions: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """As many from the front as one package holds; one at least."""
    fitting: list[Waiting] = []
    room = BYTES
    for version in versions:
        room -= version.room
        if fitting and (room < 0 or len(fitting) == TOGETHER):
            break
        fitting.append(version)
    return tuple(fitting)


class Due(Protocol):
    """A package to be tried, whose it is, and since when it is due."""

    @property
    def customer(self) -> str:
        """The customer whose tenders it carries."""

    @property
    def due_at(self) -> datetime:
        """Since when it is due."""


D = TypeVar("D", bound=Due)


def next_in_turn(
    due: Iterable[D], busy: Counter[str], failing: Collection[str], senders: int
) -> D | None:
    """The package to try now: of whom the fewest are under way, then the longest due.

    ``busy`` counts those under way by customer. One customer has half of the senders at most, so
    that the others also get through before it is known that his packages hang, and one whose
    packages are ``failing`` a quarter.
    """

    def share(customer: str) -> int:
        return max(1, senders // (4 if customer in failing else 2))

    free = [one for one in due if busy[one.customer] < share(one.customer)]
    return min(free, key=lambda one: (busy[one.customer], one.due_at), default=None)


def pause(attempt: int, first: float, longest: float) -> float:
    """Seconds to wait after the ``attempt``-th failure: doubling from ``first`` to ``longest``."""
    return min(longest, first * 2.0 ** min(attempt - 1, 30))
