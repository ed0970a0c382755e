"""Whether packages may leave: not while the Registry is away, nor while it refuses the SEZ itself.

What keeps every package from being delivered is written down once, and not for each of them; one
attempt at a time then finds out whether it is over (S216-18.3, S216-18.7).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import TypeAlias
from uuid import UUID

import msgspec
import structlog

from sez.records.owner import Owner
from sez.synchronisation.delivery_problem import DeliveryProblem, Pauses
from sez.synchronisation.package_contents import pause
from shared_contracts.event_log.decider import AggregateState, ObjectKind, current_state
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.notice import AnnouncedWorks

log = structlog.get_logger(__name__)

GENERAL = frozenset(
    {"UNREACHABLE", "RECEIPT_INVALID", Fault.BUSY, Fault.MAINTENANCE, Fault.INTERNAL_ERROR}
)
"""Reasons that may concern any package: none of them tells whether one alone is the cause."""

MANY = 8
"""So many packages that fail one after another for such reasons are not the cause themselves."""

WAY_ID = UUID("7c0b8a7e-3d55-5b0e-9a41-6f1f0c3a2d18")
"""The object that keeps the state of the way to the Registry."""

# What can happen


@topic("registry-unreachable.1")
class RegistryUnreachable(Event, frozen=True, kw_only=True):
    """No package gets through, whichever it is; since then one attempt at a time is made.

    ``answers_questions`` if the Registry answers others than packages.
    """

    reason: str
    detail: str = ""
    since: datetime
    answers_questions: bool = False


@topic("registry-reachable.1")
class RegistryReachable(Event, frozen=True, kw_only=True):
    """The Registry answers again; what failed for one of ``reasons`` is tried at once."""

    since: datetime
    again_at: datetime
    reasons: tuple[str, ...]


@topic("sending-stopped.1")
class SendingStopped(Event, frozen=True, kw_only=True):
    """The Registry refused a package as a whole, as it would any other: a person must act."""

    message_id: UUID
    rules: tuple[str, ...]
    stopped_at: datetime


@topic("sending-resumed.1")
class SendingResumed(Event, frozen=True, kw_only=True):
    """A person resumed sending, or the Registry took a package (``message_id``) again."""

    message_id: UUID | None = None
    resumed_at: datetime


WayEvent: TypeAlias = RegistryUnreachable | RegistryReachable | SendingStopped | SendingResumed

# What it is meanwhile


class Way(msgspec.Struct, frozen=True, kw_only=True, tag="WAY"):
    """The state of the way to the Registry; open if neither moment is set."""

    unreachable_since: datetime | None = None
    reason: str = ""
    answers_questions: bool = False
    stopped_at: datetime | None = None
    message_id: UUID | None = None
    rules: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether packages may leave."""
        return self.unreachable_since is None and self.stopped_at is None


def decide(way: Way, found: WayEvent) -> list[Event]:
    """What is new in what was found: the beginning and the end of each hindrance, once."""
    match found:
        case RegistryUnreachable() if way.unreachable_since is None:
            return [found]
        case RegistryReachable() if way.unreachable_since is not None:
            return [found]
        case SendingStopped() if way.stopped_at is None:
            return [found]
        case SendingResumed() if way.stopped_at is not None:
            return [found]
        case RegistryUnreachable() | RegistryReachable() | SendingStopped() | SendingResumed():
            return []


def evolve(way: Way, event: Event) -> Way:
    """The state of the way after ``event``."""
    replace = msgspec.structs.replace
    match event:
        case RegistryUnreachable(since=since, reason=reason, answers_questions=answers):
            return replace(way, unreachable_since=since, reason=reason, answers_questions=answers)
        case RegistryReachable():
            return replace(way, unreachable_since=None, reason="", answers_questions=False)
        case SendingStopped(stopped_at=at, message_id=package, rules=rules):
            return replace(way, stopped_at=at, message_id=package, rules=rules)
        case SendingResumed():
            return replace(way, stopped_at=None, message_id=None, rules=())
        case _:
            return way


WAY: ObjectKind[Way] = ObjectKind("WAY", Way(), evolve, Way)
"""The way of this SEZ to its Registry."""

Pass = object
"""Leave to send one package; given back with ``Gate.back``."""


@dataclass(slots=True)
class DeliveryGate:
    """Lets packages leave, or one at a time to see whether others may; safe for all threads.

    ``ask`` puts a small question to the Registry and raises ``DeliveryProblem``; ``works`` gives
    its announced works in which nothing leaves. The pauses run by the monotonic clock.
    """

    log: EventLog
    owner: Owner
    ask: Callable[[], object]
    clock: Callable[[], datetime]
    pauses: Pauses
    works: Callable[[], AnnouncedWorks | None] = lambda: None
    _at: AggregateState[Way] | None = None
    _failed: set[UUID] = field(default_factory=set)
    _trial: Pass | None = None
    _trials: int = 0
    _next: float = 0.0
    _mutex: threading.Lock = field(default_factory=threading.Lock)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    @property
    def way(self) -> Way:
        """The state of the way."""
        with self._mutex:
            return self._current_state().state

    def due(self) -> bool:
        """Whether an attempt may be made now."""
        with self._mutex:
            open_or_due = self._current_state().state.open or self._trial_is_due()
        return open_or_due and self.works() is None

    def enter(self) -> Pass | None:
        """Leave to send one package now; None while none may leave."""
        if self.works() is not None:
            return None
        with self._mutex:
            if self._current_state().state.open:
                return _OPEN
            if not self._trial_is_due():
                return None
            self._trial = trial = object()
        if self.way.unreachable_since is None or self._answers():
            return trial
        self.back(trial, tried=True)
        return None

    def back(self, leave: Pass, *, tried: bool) -> None:
        """The attempt is over, whatever came of it; or none was made."""
        with self._mutex:
            if leave is not self._trial:
                return
            self._trial = None
            if tried and not self._current_state().state.open:
                self._put_off()

    def failed(self, message_id: UUID, problem: DeliveryProblem) -> bool:
        """Whether an attempt failed for what fails every package: then it is not the package's."""
        if problem.reason not in GENERAL:
            self.heard()
            return False
        with self._asking:  # one asks, those who failed meanwhile learn it
            way = self.way
            if way.unreachable_since is not None:
                return not way.answers_questions
            if problem.reason == "UNREACHABLE" and not self._answers():
                self._is_away(problem, answers_questions=False)
                return True
            with self._mutex:
                self._failed.add(message_id)
                many = len(self._failed) >= MANY
            if many:
                self._is_away(problem, answers_questions=True)
            return False

    def heard(self) -> None:
        """The Registry answered a package: it is there."""
        with self._mutex:
            self._failed.clear()
            if self._current_state().state.unreachable_since is not None:
                self._found_again()

    def refused(self, message_id: UUID, rules: tuple[str, ...]) -> None:
        """The Registry refused a package without naming a record."""
        at = self.clock()
        with self._mutex:
            self._record(SendingStopped(message_id=message_id, rules=rules, stopped_at=at))
            self._put_off()

    def resume(self, message_id: UUID | None = None) -> None:
        """The cause of such a refusal is mended: a person says so, or a package was taken."""
        with self._mutex:
            if self._current_state().state.stopped_at is not None:
                self._record(SendingResumed(message_id=message_id, resumed_at=self.clock()))
                self._trials, self._next = 0, 0.0

    def _trial_is_due(self) -> bool:
        return self._trial is None and monotonic() >= self._next

    def _answers(self) -> bool:
        """Ask the Registry; if it did not answer even this, its answer ends the outage."""
        try:
            self.ask()
        except DeliveryProblem:
            return False
        with self._mutex:
            if not self._current_state().state.answers_questions:
                self._found_again()
        return True

    def _is_away(self, problem: DeliveryProblem, *, answers_questions: bool) -> None:
        found = RegistryUnreachable(
            reason=problem.reason,
            detail=problem.detail[:500],
            since=self.clock(),
            answers_questions=answers_questions,
        )
        log.error("registry unreachable", reason=problem.reason, detail=problem.detail[:500])
        with self._mutex:
            self._record(found)
            self._put_off()

    def _put_off(self) -> None:
        """Wait for the next attempt: longer each time; where a person must act, the longest."""
        self._trials += 1
        longest = self.pauses.longest
        seconds = pause(self._trials, self.pauses.first, min(longest, self.pauses.question))
        stopped = self._current_state().state.stopped_at is not None
        self._next = monotonic() + (longest if stopped else seconds)

    def _found_again(self) -> None:
        since = self._current_state().state.unreachable_since
        if since is not None:
            again = RegistryReachable(
                since=since, again_at=self.clock(), reasons=tuple(sorted(GENERAL))
            )
            self._record(again)
            log.warning("registry reachable again", since=since.isoformat())
            self._trials, self._next = 0, 0.0
        self._failed.clear()

    def _current_state(self) -> AggregateState[Way]:
        if self._at is None:
            key = HeadKey(self.owner.environment, self.owner.sez_code, WAY.name, WAY_ID)
            self._at = current_state(WAY, key, self.log.heads([key]).get(key), uuid7)
        return self._at

    def _record(self, found: WayEvent) -> None:
        at = self._current_state()
        if events := decide(at.state, found):
            after = at.after(events)
            self.log.append(Commit(at.facts(events), (after.head(),)))
            self._at = after


_OPEN: Pass = object()
