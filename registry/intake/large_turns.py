"""Whose turn it is to have a large document examined: one at a time, the systems in turns.

Turns are weighed by the seconds that they take, signatures among them: a system whose documents
take long has fewer of them while others wait (decision 0052).

A package that waits for its turn is not put off: nothing failed, so it does not rest longer each
time, and no attempt is counted. One that is put off after its examination is not examined again:
what is found of it depends on its bytes alone (decision 0060).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from registry.intake.content_report import Examined
from registry.messages.tickets.listing import TicketRow
from shared_contracts.faults import Fault, Unprocessed

AGAIN: Final = 5
"""Seconds after which to ask again while another one is examined."""


KEPT: Final = 64 * 1024 * 1024
"""Most bytes of examinations that are kept while their packages are put off."""


LEAST: Final = 0.001
"""Fewest seconds for which a turn counts."""


class AwaitsTurn(Unprocessed):
    """Another large document is examined, or that of another system comes first."""

    def __init__(self) -> None:
        super().__init__(Fault.BUSY, "a large document is examined", retry_after=AGAIN)


@dataclass(slots=True)
class KeptExaminations:
    """What was found of packages that are not judged yet, the newest up to ``most`` bytes.

    Safe for all threads.
    """

    most: int = KEPT
    _found: OrderedDict[UUID, Examined] = field(default_factory=OrderedDict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def find(self, ticket_id: UUID) -> Examined | None:
        """What was found of a package, if it is kept."""
        with self._mutex:
            return self._found.get(ticket_id)

    def keep(self, ticket_id: UUID, found: Examined) -> None:
        """Keep what was found; of the others the oldest make room."""
        with self._mutex:
            self._found[ticket_id] = found
            while len(self._found) > 1 and sum(map(_size, self._found.values())) > self.most:
                self._found.popitem(last=False)

    def forget_all_but(self, listed: Collection[UUID]) -> None:
        """Let go of what was judged, or waits for a person."""
        with self._mutex:
            for gone in self._found.keys() - set(listed):
                del self._found[gone]


def _size(found: Examined) -> int:
    """About how many bytes a report takes: those of the listings and of the documents."""
    listings = sum(len(one.apart.listing) for one in found.documents if one.apart is not None)
    return listings + sum(len(one.content or b"") for one in found.documents)


@dataclass(slots=True)
class LargeTurns:
    """Who waits, in the order of asking, and for how many seconds each system had its turns.

    Who asks anew, or after a while, is not owed the time in which it asked nothing: it begins
    where the turns have come to (``_reached``).

    Safe for all threads. At most as many wait as tickets are looked through.
    """

    _waiting: dict[UUID, str] = field(default_factory=dict)
    _had: dict[str, float] = field(default_factory=dict)
    _examined: UUID | None = None
    _reached: float = 0.0
    kept: KeptExaminations = field(default_factory=KeptExaminations)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def examined(self, row: TicketRow, examine: Callable[[], Examined]) -> Examined:
        """What is found of a package in its turn, or was found before it was put off."""
        if (found := self.kept.find(row.ticket_id)) is None:
            with self.turn(row):
                found = examine()
            self.kept.keep(row.ticket_id, found)
        return found

    @contextmanager
    def turn(self, row: TicketRow) -> Iterator[None]:
        """The turn of a package; raises ``AwaitsTurn`` if it is another's."""
        with self._mutex:
            self._waiting[row.ticket_id] = row.sez_code
            if self._examined is not None or self._next() != row.ticket_id:
                raise AwaitsTurn
            self._examined = row.ticket_id
            self._reached = had = self._seconds(row.sez_code)
        began = time.monotonic()
        try:
            yield
        finally:
            with self._mutex:
                self._had[row.sez_code] = had + max(time.monotonic() - began, LEAST)
                self._examined = None

    def leave(self, ticket_id: UUID) -> None:
        """A package waits no longer: it was examined, or put off for another reason."""
        with self._mutex:
            self._waiting.pop(ticket_id, None)

    def resting(self, listed: Collection[UUID]) -> set[UUID]:
        """Those that need not ask now; who is not ``listed`` any more is forgotten."""
        self.kept.forget_all_but(listed)
        with self._mutex:
            self._waiting = {one: code for one, code in self._waiting.items() if one in listed}
            asks = None if self._examined is not None else self._next()
            return {one for one in self._waiting if one != asks}

    def _next(self) -> UUID | None:
        """Of the system that had the fewest seconds, who asked first."""
        return min(self._waiting, key=lambda one: self._seconds(self._waiting[one]), default=None)

    def _seconds(self, sez_code: str) -> float:
        return max(self._had.get(sez_code, 0.0), self._reached)
