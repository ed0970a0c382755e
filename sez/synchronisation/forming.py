"""What waits is made into packages, each handed over as soon as it is there (S216-18.2)."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from time import monotonic
from uuid import UUID

import structlog

from sez.synchronisation import listing
from sez.synchronisation.delivery_problem import Pauses
from sez.synchronisation.gate import DeliveryGate
from sez.synchronisation.package_contents import Waiting, loads, pause
from sez.synchronisation.package_writer import Packer
from sez.time_sync.drift import ClockOff
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.log import EventLog
from shared_contracts.faults import CertificateNotInForce

log = structlog.get_logger(__name__)


def _nothing() -> None:
    """Nobody waits for a package."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A version that cannot be formed: why, how often it was tried, when it is tried again."""

    version: int
    why: str
    times: int
    again: float


@dataclass(slots=True)
class Forming:
    """Forms packages, by itself and by hand, never a version twice; safe for all threads."""

    log: EventLog
    packer: Packer
    follower: Follower
    pauses: Pauses
    _held: set[UUID] = field(default_factory=set)
    _unfit: dict[UUID, Unfit] = field(default_factory=dict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def unfit(self) -> dict[UUID, Unfit]:
        """Tenders whose next version cannot be formed into a package, by object id."""
        with self._mutex:
            return dict(self._unfit)

    def try_again(self, object_id: UUID) -> bool:
        """Try a tender at once that could not be formed; whether there was any such."""
        with self._mutex:
            unfit = self._unfit.get(object_id)
            if unfit is not None:
                self._unfit[object_id] = replace(unfit, again=monotonic())
        return unfit is not None

    def form(self, gate: DeliveryGate, formed: Callable[[], object] = _nothing) -> None:
        """Form packages of what waits; ``formed`` is called after each.

        While the SEZ itself is refused, one is formed when one may be tried, and no more.
        """
        with self._turn:
            self.follower.catch_up()
            refused = gate.way.stopped_at is not None
            if refused and (not gate.due() or listing.in_flight(self.log)):
                return
            try:
                waiting = listing.waiting(self.log)
                for load in loads(waiting, self._left_out(waiting)):
                    self._form(load)
                    self.follower.catch_up()
                    formed()
                    if refused:
                        return
            except CertificateNotInForce:
                return  # readiness, a figure and the journal tell it; what waits goes on waiting
            except ClockOff as off:
                log.warning("no package is formed", why=str(off))

    @contextmanager
    def holding(self, object_id: UUID) -> Iterator[None]:
        """Form no package of this tender meanwhile; a package of it is formed by hand."""
        with self._mutex:
            self._held.add(object_id)
        try:
            yield
        finally:
            with self._mutex:
                self._held.discard(object_id)

    @contextmanager
    def untouched(self, object_id: UUID) -> Iterator[None]:
        """No package of this tender is formed now nor meanwhile: what waits of it stays."""
        with self.holding(object_id):
            with self._turn:
                pass
            yield

    def form_held(self, object_id: UUID) -> bytes:
        """A package of what waits of one tender, which somebody else will post; its bytes."""
        with self._turn:
            self.follower.catch_up()
            load = next(loads(listing.waiting_of(self.log, object_id), ()))
            _message_id, body = self.packer.form(load, held=True)
            self.follower.catch_up()
        return body

    def form_anew(self, versions: Sequence[Waiting]) -> None:
        """Packages of acknowledged versions that the Registry asks for again (S216-A2.2.5)."""
        with self._turn:
            for load in loads(versions, ()):
                self._form(load)
            self.follower.catch_up()

    def _form(self, load: Sequence[Waiting]) -> None:
        """Form a package; where one tender makes it impossible, the others go without it."""
        try:
            self.packer.form(load)
        except (LookupError, OSError, TypeError, ValueError) as problem:
            parts = [tuple(own) for _, own in groupby(load, key=lambda one: one.object_id)]
            if len(parts) == 1:
                self._leave_out(load[0], problem)
                return
            for part in parts:
                self._form(part)
        else:
            with self._mutex:
                for one in load:
                    self._unfit.pop(one.object_id, None)

    def _leave_out(self, one: Waiting, problem: Exception) -> None:
        """Not tried again at once, and logged in full only the first time."""
        with self._mutex:
            before = self._unfit.get(one.object_id)
            times = before.times + 1 if before and before.version == one.version else 1
            again = monotonic() + pause(times, self.pauses.first, self.pauses.longest)
            why = f"{type(problem).__name__}: {problem}"[:500]
            self._unfit[one.object_id] = Unfit(one.version, why, times, again)
        if times == 1:
            log.error("version not formed", object_id=str(one.object_id), exc_info=problem)

    def _left_out(self, waiting: Sequence[Waiting]) -> frozenset[UUID]:
        still = {one.object_id for one in waiting}
        with self._mutex:
            now = monotonic()
            for object_id in self._unfit.keys() - still:
                del self._unfit[object_id]
            waits = {object_id for object_id, one in self._unfit.items() if one.again > now}
            return frozenset(self._held | waits)
