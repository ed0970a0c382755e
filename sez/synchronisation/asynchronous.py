"""Which packages leave under tickets, and which are answered at once (S216-18.1, decision 0030).

Asynchronously leaves what takes long to be judged, and whatever leaves while much waits: the
Registry takes it at once, and the sender is free for the next. All else is sent synchronously,
and so is what was not taken under a ticket the time before.
"""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from sez.settings import Asynchronous
from sez.synchronisation import listing
from sez.synchronisation.delivery_problem import DeliveryProblem
from shared_contracts.event_log.log import EventLog
from shared_contracts.faults import Fault
from shared_contracts.messages.asynchronous import PULL, SUBMIT
from shared_contracts.messages.kinds import TRANSFER
from shared_contracts.messages.package import Package
from shared_contracts.messages.programme_change import SUPPLY_PROGRAMME

LARGE: Final = 512 * 1024
"""Bytes of a package that takes long to be judged: about a programme of a thousand items."""

TAKEN: Final = frozenset({TRANSFER, "LoadProgramme", SUPPLY_PROGRAMME})
"""Operations whose packages the Registry takes under a ticket (readings R82 and R94)."""

KNOWN_FOR: Final = 1800.0
"""Seconds for which the operations of the Registry are known before it is asked again."""

AWAY_FOR: Final = 1.0
"""Seconds for which it is remembered that the Registry did not answer."""

NOT_TAKEN: Final = frozenset(
    {
        *(Fault.BUSY, Fault.UNKNOWN_OPERATION, Fault.NOT_A_PACKAGE, "RECEIPT_INVALID"),
        *("Client", "Sender"),
    }
)
"""After these a package is sent synchronously next: the Registry takes no more under tickets, has
no such operation, or its ticket is not believed."""


def is_large(package: Package, body: bytes) -> bool:
    """Whether it takes long to judge a package: it is large, or documents of it are files."""
    return len(body) > LARGE or any(record.file_ref is not None for record in package.records)


@dataclass(slots=True)
class TicketRule:
    """Says what leaves under a ticket; safe for all threads.

    ``backlog`` is how many versions may wait before everything does; ``operations`` asks the
    Registry which it has, and raises ``DeliveryProblem``.
    """

    log: EventLog
    mode: Asynchronous
    backlog: int
    operations: Callable[[], Collection[str]]
    _offered: bool = False
    _problem: DeliveryProblem | None = None
    _until: float = 0.0
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def applies(self, operation: str, *, large: bool, last_reason: str | None) -> bool:
        """Whether a package that travels by an operation is sent under a ticket now."""
        if self.mode is Asynchronous.NEVER or operation not in TAKEN or last_reason in NOT_TAKEN:
            return False
        wanted = (
            large or self.mode is Asynchronous.ALWAYS or listing.many_wait(self.log, self.backlog)
        )
        return wanted and self._is_offered()

    def _is_offered(self) -> bool:
        """Whether the Registry's contract has the operations; it is asked once in a while."""
        with self._mutex:
            if time.monotonic() >= self._until:
                self._ask()
            if self._problem is not None:
                raise self._problem
            return self._offered

    def _ask(self) -> None:
        """Whoever waited for an answer that did not come is told so at once."""
        self._problem = None
        try:
            self._offered = {SUBMIT, PULL} <= set(self.operations())
            self._until = time.monotonic() + KNOWN_FOR
        except DeliveryProblem as problem:
            self._problem = problem
            self._until = time.monotonic() + AWAY_FOR
