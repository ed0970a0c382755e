"""Whose turn it is to have a large document examined: one at a time, the systems in turns.

Turns are weighed by the seconds that they take, signatures among them: a system whose documents
take long has fewer of them while others wait (decision 0052).

A package that waits for its turn is not put off: nothing failed, so it does not rest longer each
time, and no attempt is counted.
"""

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from registry.messages.tickets.listing import TicketRow
from shared_contracts.faults import Fault, Unprocessed

AGAIN: Final = 5
"""Seconds after which to ask again while another one is examined."""


LEAST: Final = 0.001
"""Fewest seconds for which a turn counts."""


class AwaitsTurn(Unprocessed):
    """Another large document is examined, or that of another system comes first."""

    def __init__(self) -> None:
        super().__init__(Fault.BUSY, "a large document is examined", retry_after=AGAIN)


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
    _mutex: threading.Lock = field(default_factory=threading.Lock)

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
        with self._mutex:
            self._waiting = {one: code for one, code in self._waiting.items() if one in listed}
            asks = None if self._examined is not None else self._next()
            return {one for one in self._waiting if one != asks}

    def _next(self) -> UUID | None:
        """Of the system that had the fewest seconds, who asked first."""
        return min(self._waiting, key=lambda one: self._seconds(self._waiting[one]), default=None)

    def _seconds(self, sez_code: str) -> float:
        return max(self._had.get(sez_code, 0.0), self._reached)
