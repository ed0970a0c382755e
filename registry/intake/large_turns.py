"""Whose turn it is to have a large document examined: one at a time, the systems in turns.

A package that waits for its turn is not put off: nothing failed, so it does not rest longer each
time, and no attempt is counted.
"""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from registry.messages.tickets.listing import TicketRow
from shared_contracts.faults import Fault, Unprocessed

AGAIN: Final = 5
"""Seconds after which to ask again while another one is examined."""


class AwaitsTurn(Unprocessed):
    """Another large document is examined, or that of another system comes first."""

    def __init__(self) -> None:
        super().__init__(Fault.BUSY, "a large document is examined", retry_after=AGAIN)


@dataclass(slots=True)
class LargeTurns:
    """Who waits, in the order of asking, and how long ago each system had its turn.

    Safe for all threads. At most as many wait as tickets are looked through.
    """

    _waiting: dict[UUID, str] = field(default_factory=dict)
    _had: dict[str, int] = field(default_factory=dict)
    _examined: UUID | None = None
    _given: int = 0
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def turn(self, row: TicketRow) -> Iterator[None]:
        """The turn of a package; raises ``AwaitsTurn`` if it is another's."""
        with self._mutex:
            self._waiting[row.ticket_id] = row.sez_code
            if self._examined is not None or self._next() != row.ticket_id:
                raise AwaitsTurn
            self._given += 1
            self._had[row.sez_code], self._examined = self._given, row.ticket_id
        try:
            yield
        finally:
            with self._mutex:
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
        """Of the system whose last turn was longest ago, who asked first."""
        return min(
            self._waiting, key=lambda one: self._had.get(self._waiting[one], 0), default=None
        )
