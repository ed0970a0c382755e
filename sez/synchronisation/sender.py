"""Packages leave, answers come: tried again while technical, left to a person when refused.

(S216-18.2, S216-18.3, S216-A2.1.1, 6, 8)
"""

import threading
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from queue import SimpleQueue
from threading import Event as Signal
from uuid import UUID

import structlog

from sez.synchronisation import listing
from sez.synchronisation.delivering import Delivery
from sez.synchronisation.figures import SendingFigures
from sez.synchronisation.forming import Forming
from sez.synchronisation.gate import DeliveryGate
from sez.synchronisation.package_contents import next_in_turn
from sez.synchronisation.package_writer import Packer
from sez.synchronisation.receipts import Receipts
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.log import EventLog

log = structlog.get_logger(__name__)

REST = 10.0
"""Seconds before a package is taken up again whose attempt failed within this program."""

SHUTDOWN_TIMEOUT = 3.0
"""Seconds for deliveries under way to end when the process stops."""


@dataclass(slots=True)
class _DeliveryThreads:
    """Those who deliver: how many are idle, and how they are called to work."""

    idle: int
    calls: "SimpleQueue[bool]" = field(default_factory=SimpleQueue)


@dataclass(slots=True)
class Sender:
    """Has packages formed of what waits and delivers them, several at a time."""

    forming: Forming
    delivery: Delivery
    _senders: int = 1
    _busy: dict[UUID, str] = field(default_factory=dict)
    _resting: dict[UUID, float] = field(default_factory=dict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    @property
    def log(self) -> EventLog:
        """The event log."""
        return self.forming.log

    @property
    def receipts(self) -> Receipts:
        """Where receipts are proven and kept."""
        return self.delivery.receipts

    @property
    def gate(self) -> DeliveryGate:
        """What lets packages leave."""
        return self.delivery.gate

    @property
    def packer(self) -> Packer:
        """What signs packages."""
        return self.forming.packer

    @property
    def figures(self) -> SendingFigures:
        """What is counted."""
        return self.receipts.figures

    @property
    def follower(self) -> Follower:
        """What keeps the outbox up to date."""
        return self.forming.follower

    def step(self) -> int:
        """Form what can be formed and try what is due, each package once; how many were tried."""
        self.forming.form(self.gate)
        tried: set[UUID] = set()
        while (row := self._one(tried)) is not None:
            tried.add(row.message_id)
        return len(tried)

    def run(self, stopped: Signal, senders: int) -> None:
        """Work until stopped, woken by what is recorded and by the next attempt that is due.

        Raises whatever keeps it from going on: the watch of the duties logs it and begins anew.
        What is being delivered then has a moment to end; it is not waited for longer, since the
        same bytes go again when the process is back.
        """
        self._senders, pool = senders, _DeliveryThreads(senders)
        threads = [
            threading.Thread(target=self._send_all, args=(pool, stopped), daemon=True)
            for _ in range(senders)
        ]
        for thread in threads:
            thread.start()
        try:
            while not stopped.is_set():
                self._go_on(pool)
                if not all(thread.is_alive() for thread in threads):
                    raise RuntimeError("a thread that delivers packages ended")
        finally:
            _let_go(pool, threads)

    def _go_on(self, pool: _DeliveryThreads) -> None:
        """Form, and call senders to what is due, each package as soon as it is there."""
        position = self.log.last_position()
        self.forming.form(self.gate, lambda: self._call(pool))
        self._call(pool)
        self.log.wait(position, 0.5)

    def _call(self, pool: _DeliveryThreads) -> None:
        """Wake those who are idle, if there is anything for them."""
        with self._mutex:
            called = pool.idle > 0 and self.gate.due()
            wanted = len(self._due((pool.idle, pool.idle))) if called else 0
            pool.idle -= wanted
        for _ in range(wanted):
            pool.calls.put(True)  # noqa: FBT003  # the mark of work

    def _send_all(self, pool: _DeliveryThreads, stopped: Signal) -> None:
        while pool.calls.get():
            try:
                while not stopped.is_set() and self._one() is not None:
                    pass
            except Exception:
                log.exception("sender")
                stopped.wait(self.delivery.pauses.first)
            with self._mutex:
                pool.idle += 1

    def _one(self, tried: Collection[UUID] = ()) -> listing.PackageRow | None:
        """Try one package, if one may leave and is due; none of those that were ``tried``."""
        leave, row = self.gate.enter(), None
        if leave is None:
            return None
        try:
            row = self._take(tried)
            if row is not None:
                self._deliver(row)
        finally:
            self.gate.back(leave, tried=row is not None)
        return row

    def _take(self, tried: Collection[UUID]) -> listing.PackageRow | None:
        """The package whose turn it is; it is busy from now on."""
        self.follower.catch_up()
        with self._mutex:
            # one more than can be under way, so that one of them is of a customer who has none
            due = self._due((1, self._senders + 1), tried)
            failing = listing.failing(self.log, {one.customer for one in due})
            row = next_in_turn(due, Counter(self._busy.values()), failing, self._senders)
            if row is not None:
                self._busy[row.message_id] = row.customer
            return row

    def _due(self, most: tuple[int, int], tried: Collection[UUID] = ()) -> list[listing.PackageRow]:
        longest = timedelta(seconds=self.delivery.pauses.longest)
        ticks, now = time.monotonic(), self.receipts.clock()
        self._resting = {one: until for one, until in self._resting.items() if until > ticks}
        left_out = self._busy.keys() | self._resting.keys() | set(tried)
        return listing.due(self.log, now, longest, left_out, most)

    def _deliver(self, row: listing.PackageRow) -> None:
        """One attempt; whatever comes of it, the package is no longer busy."""
        rest = REST
        try:
            rest = self.delivery.deliver(row)
        except Exception:
            log.exception("delivery", message_id=str(row.message_id))
        finally:
            with self._mutex:
                if rest:
                    self._resting[row.message_id] = time.monotonic() + rest
                self._busy.pop(row.message_id, None)


def _let_go(pool: _DeliveryThreads, threads: Sequence[threading.Thread]) -> None:
    """End the threads; what they were called to and have not begun is tried another time."""
    for _ in threads:
        pool.calls.put(False)  # noqa: FBT003  # the mark of the end
    deadline = time.monotonic() + SHUTDOWN_TIMEOUT
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
