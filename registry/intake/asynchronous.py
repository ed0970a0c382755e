"""Packages under tickets are judged, each as if it had just come (S216-18.1).

The order is kept for each object: what changes or refers to it waits for the package before.
Systems take turns, so that the bulk of one never holds up another; those that send synchronously
wait for none of them.
"""

import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from registry.intake.context import MESSAGE, IntakeContext
from registry.intake.ending import end_ticket
from registry.intake.gate import check_permission
from registry.intake.integrity import check_integrity
from registry.intake.large_examination import examined_large
from registry.intake.large_turns import AwaitsTurn, LargeTurns
from registry.intake.scheme_1 import judge
from registry.intake.scheme_7 import LOAD
from registry.intake.steps import Proven, Received
from registry.messages import message
from registry.messages.ticket import Hold, MessageTicketed, Release, TicketHeld, TicketResumed
from registry.messages.tickets import listing
from registry.messages.tickets.listing import TicketRow
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.following.followers import rest
from shared_contracts.event_log.log import HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.kinds import TRANSFER
from shared_contracts.messages.programme_change import SUPPLY_PROGRAMME
from shared_contracts.xml.envelope import open_envelope, payload_of

log = structlog.get_logger(__name__)

LOOKED_AT: Final = 400
"""Most tickets of a system that are looked through: what is put off of others hides none."""

FIRST: Final = 1.0
"""Seconds before a package that was put off is tried again, doubled after each time."""

LONGEST: Final = 60.0
"""Most seconds of that pause."""

GIVEN_UP: Final = timedelta(hours=24)
"""So long after it came, or was resumed last, a package that is still put off is held: files are
taken for a day too."""

ENDING: Final = 3.0
"""Seconds that packages under way have to be judged when the process ends."""

REST: Final = 0.5
"""Seconds between two looks at what waits, if nothing wakes who looks meanwhile."""


@dataclass(slots=True)
class _Pause:
    """How often a package was put off, and until when it rests (monotonic seconds)."""

    objects: frozenset[str]
    times: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Judging:
    """Judges what waits, ``at_once`` packages at a time; safe for all threads."""

    context: IntakeContext
    at_once: int = 2
    _busy: dict[UUID, TicketRow] = field(default_factory=dict)
    _pauses: dict[UUID, _Pause] = field(default_factory=dict)
    _large: LargeTurns = field(default_factory=LargeTurns)
    _mutex: threading.Lock = field(default_factory=threading.Lock)
    _any_wait: bool = False

    def run(self, stopped: threading.Event) -> None:
        """Judge until stopped; what is under way then is judged when the process is back.

        While no package waits only a ticket wakes it: those that come synchronously pay nothing.
        """
        threads: list[threading.Thread] = []
        try:
            while not stopped.is_set():
                self._begin(threads, stopped)
        finally:
            deadline = time.monotonic() + ENDING
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))

    def _begin(self, threads: list[threading.Thread], stopped: threading.Event) -> None:
        """Begin a thread for each package that can be judged now, then wait for what comes."""
        self.context.ticketed.clear()
        began, position = time.monotonic(), self.context.log.last_position()
        threads[:] = [thread for thread in threads if thread.is_alive()]
        while not stopped.is_set() and (row := self._take()) is not None:
            thread = threading.Thread(target=self._go_on, args=(row, stopped), daemon=True)
            threads.append(thread)
            thread.start()
        if self._any_wait:
            rest(began)
            self.context.log.wait(position, REST)
        else:
            self.context.ticketed.wait(REST)

    def _go_on(self, row: TicketRow | None, stopped: threading.Event) -> None:
        """Judge a package, and then those whose turn it is, until there is none.

        What keeps it from looking on, as a database that is away, is told by the duty too, which
        looks again.
        """
        try:
            while row is not None:
                self._one(row)
                row = None if stopped.is_set() else self._take()
        except Exception:
            log.exception("the next ticket")

    def step(self) -> int:
        """Judge one after another what can be judged now; how many were tried."""
        tried = 0
        while (row := self._take()) is not None:
            self._one(row)
            tried += 1
        return tried

    def resume(self, ticket_id: UUID) -> bool:
        """Try a held package again; False where it is none."""
        row = listing.ticket(self.context.log, ticket_id)
        resumed = TicketResumed(
            message_id=row.message_id if row else ticket_id,
            ticket_id=ticket_id,
            resumed_at=self.context.clock(),
        )
        return row is not None and self._settle(row, Release(resumed))

    def end(self, ticket_id: UUID, reason: str) -> bool:
        """Refuse a held package for a reason; False where it is none."""
        return end_ticket(self.context, ticket_id, reason)

    def _take(self) -> TicketRow | None:
        """The package whose turn it is; it is busy from now on."""
        self.context.listed.catch_up()
        with self._mutex:
            if len(self._busy) >= self.at_once:
                return None
            waiting = listing.waiting(self.context.log, LOOKED_AT)
            self._any_wait = bool(waiting)
            self._forget(waiting)
            now = time.monotonic()
            resting = {one for one, pause in self._pauses.items() if pause.until > now}
            resting |= self._large.resting({row.ticket_id for row in waiting})
            row = next_in_turn(waiting, self._busy, resting, max(1, self.at_once // 2))
            if row is not None:
                self._busy[row.ticket_id] = row
            return row

    def _forget(self, waiting: Sequence[TicketRow]) -> None:
        left = {row.ticket_id for row in waiting}
        self._pauses = {one: pause for one, pause in self._pauses.items() if one in left}

    def _one(self, row: TicketRow) -> None:
        try:
            self._judge(row)
            self._wake(row)
        except AwaitsTurn:
            pass  # nothing failed: it asks again when the turn is its own
        except Unprocessed as problem:
            self._put_off(row, problem.fault, problem.retry_after)
        except Exception:
            log.exception("ticket", ticket_id=str(row.ticket_id))
            self._put_off(row, Fault.INTERNAL_ERROR, None)
        finally:
            with self._mutex:
                self._busy.pop(row.ticket_id, None)

    def _wake(self, judged: TicketRow) -> None:
        """What was put off of the same objects is tried at once: it may have waited for this."""
        with self._mutex:
            self._pauses.pop(judged.ticket_id, None)
            self._large.leave(judged.ticket_id)
            for pause in self._pauses.values():
                if not pause.objects.isdisjoint(judged.objects):
                    pause.until = 0.0

    def _judge(self, row: TicketRow) -> None:
        """Take the package through the steps of its scheme, as of when it came."""
        context, at = self.context, self._state(row)
        if not isinstance(at.state, MessageTicketed) or at.state.held:
            return
        submitted, event = self._submitted(at)
        body = proven_evidence(context.log, [submitted], "package", message.received)
        assert body is not None  # noqa: S101  # the event names it
        element = payload_of(open_envelope(body, None), "Package")
        examined = context.examine(element, body, "")
        check_permission(examined)
        if any(one.is_put_off for one in examined.documents):
            examine = partial(examined_large, context, at.key, at.state, body)
            examined = self._large.examined(row, examine)
        named = {one.operation for one in examined.documents}
        operation = named.pop() if named in ({LOAD}, {SUPPLY_PROGRAMME}) else TRANSFER
        received = Received(body, examined, "", event.received_at, None, operation)
        received = replace(received, judged_at=context.clock())
        proven = Proven(event.sez_code, event.package_hash, event.signer_sha256)
        judge(context, received, proven, check_integrity(received, context.environment))

    def _submitted(
        self, at: AggregateState[message.State]
    ) -> tuple[Recorded, message.PackageSubmitted]:
        for recorded in self.context.log.stream(at.originator_id):
            if isinstance(recorded.event, message.PackageSubmitted):
                return recorded, recorded.event
        raise LookupError(f"message {at.key.object_id} was not submitted")

    def _put_off(self, row: TicketRow, fault: Fault, asked: int | None) -> None:
        """Try it again after a pause that grows; after a day somebody must act."""
        now = self.context.clock()
        self._large.leave(row.ticket_id)
        with self._mutex:
            pause = self._pauses.setdefault(row.ticket_id, _Pause(frozenset(row.objects)))
            seconds = min(LONGEST, max(FIRST * 2.0 ** min(pause.times, 30), asked or 0))
            pause.times, pause.until = pause.times + 1, time.monotonic() + seconds
        if now - row.received_at >= GIVEN_UP and now - self._since(row) >= GIVEN_UP:
            held = TicketHeld(
                message_id=row.message_id, ticket_id=row.ticket_id, fault=fault, held_at=now
            )
            log.error("ticket held", ticket_id=str(row.ticket_id), fault=fault.value)
            self._settle(row, Hold(held))

    def _since(self, row: TicketRow) -> datetime:
        """When the package came, or was resumed last: from then on it has its time."""
        events = (recorded.event for recorded in self.context.log.stream(row.originator_id))
        resumed = [one.resumed_at for one in events if isinstance(one, TicketResumed)]
        return max(resumed, default=row.received_at)

    def _settle(self, row: TicketRow, command: Hold | Release) -> bool:
        with self.context.log.locks([self._key(row)]):
            at = self._state(row)
            events = message.decide(at.state, command)
            if events:
                self.context.log.append(Commit(at.facts(events), (at.after(events).head(),)))
                self.context.ticketed.set()
        return bool(events)

    def _key(self, row: TicketRow) -> HeadKey:
        return HeadKey(self.context.environment, row.sez_code, MESSAGE.name, row.message_id)

    def _state(self, row: TicketRow) -> AggregateState[message.State]:
        key = self._key(row)
        return current_state(MESSAGE, key, self.context.log.heads([key]).get(key), uuid7)


def next_in_turn(
    waiting: Sequence[TicketRow],
    busy: Mapping[UUID, TicketRow],
    resting: Collection[UUID],
    share: int,
) -> TicketRow | None:
    """The package to judge now: of the system with the fewest under way, what came first.

    None that rests, none that must wait for one before it, and never more than ``share`` of one
    system at once.
    """
    under_way = Counter(row.sez_code for row in busy.values())
    every = _free(waiting, busy, resting)
    free = (row for row in every if under_way[row.sez_code] < share)
    return min(free, key=lambda row: (under_way[row.sez_code], row.position), default=None)


def _free(
    waiting: Sequence[TicketRow], busy: Mapping[UUID, TicketRow], resting: Collection[UUID]
) -> Iterator[TicketRow]:
    """Those that need not wait for one before them."""
    changed: set[tuple[str, str]] = set()
    awaited: set[tuple[str, str]] = set()
    for row in waiting:
        own = {(row.sez_code, one) for one in row.objects}
        needed = own | {(row.sez_code, one) for one in row.referred}
        # what waits for an earlier version lets those go before that change the same object
        behind = needed & changed or (needed - own) & awaited
        if not behind and row.ticket_id not in busy and row.ticket_id not in resting:
            yield row
        is_early = row.cause == Fault.PREDECESSOR_MISSING
        (awaited if is_early else changed).update(own)
