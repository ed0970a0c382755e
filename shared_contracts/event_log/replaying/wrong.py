"""What is wrong with a log from which something is to be rebuilt, by the place where it stands."""

from dataclasses import dataclass, field
from enum import StrEnum

from psycopg import Connection
from psycopg.rows import TupleRow
from typing_extensions import override

from shared_contracts.event_log.auditing.links import Links

KEPT = 100
"""What is told one by one; the rest is counted."""

SEARCHES = 16
"""Most times that the log is searched for the event which belongs to a position."""

# What a position sealed is either the link that stands there, or one that was carried elsewhere.
_BELONGS = (
    "SELECT position, chain = made AS carried, made FROM (SELECT position, chain, "
    "sha256('\\x02'::bytea || %s || int8send(%s) || leaf) AS made FROM log.events) AS e "
    "WHERE made = chain OR made = %s LIMIT 1"
)


class EventFault(StrEnum):
    """In one word what is wrong at a position of the log."""

    MISSING = "MISSING"
    REORDERED = "REORDERED"
    ALTERED = "ALTERED"
    CHAIN = "CHAIN"
    CLOCK = "CLOCK"
    TOPIC = "TOPIC"
    STATE = "STATE"
    EVIDENCE = "EVIDENCE"
    OBJECT = "OBJECT"
    CHECKPOINT = "CHECKPOINT"
    VIEWS = "VIEWS"


@dataclass(frozen=True)
class WrongEvent:
    """An event that is not as it was recorded, or of which nothing can be made, and why."""

    position: int | None
    fault: EventFault
    detail: str

    @override
    def __str__(self) -> str:
        """In a line for people."""
        at = "" if self.position is None else f" at position {self.position}"
        return f"{self.fault}{at}: {self.detail}"


@dataclass
class Told:
    """What was found wrong: the first ``KEPT``, and how many in all."""

    first: list[WrongEvent] = field(default_factory=list)
    count: int = 0

    def add(self, position: int | None, fault: EventFault, detail: str) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < KEPT:
            self.first.append(WrongEvent(position, fault, detail))

    def join(self, other: "Told") -> None:
        """Those of another reading too."""
        self.count += other.count
        self.first = [*self.first, *other.first][:KEPT]


@dataclass
class Naming:
    """Follows the chain of a log, and names what does not fit into it.

    Where the event that belongs to a position stands elsewhere, its link is followed, so that two
    events which changed places are named and what comes after them is not.
    """

    connection: Connection
    told: Told
    links: Links = field(default_factory=Links)
    _searches: int = SEARCHES

    def check(self, row: TupleRow) -> None:
        """Hold the next row against the ones before it; its columns are those of ``Links``."""
        before, expected = self.links.link, self.links.position + 1
        found = {one.column: one for one in self.links.check(row)}
        if "position" in found:
            self._gap(row[0], expected)
        elif "chain" in found:
            self._misplaced(row, before)
        if "leaf" in found:
            self.told.add(
                row[0], EventFault.ALTERED, f"{_event(row)} is not as recorded (its leaf)"
            )
        if len(found) == 1 and (moment := found.get("recorded_at")):
            self.told.add(row[0], EventFault.CLOCK, f"recorded {moment.stored}, {moment.computed}")

    def end(self, tail: tuple[int, bytes]) -> None:
        """Hold the end of the log against what it says of itself: last position and link."""
        position, link = tail
        last = self.links.position
        if position > last:
            self.told.add(last + 1, EventFault.MISSING, f"{_range(last + 1, position)} not there")
        elif (position, link) != (last, self.links.link):
            self.told.add(last, EventFault.CHAIN, f"the end is stored as {position} {link.hex()}")

    def _gap(self, position: int, expected: int) -> None:
        if position > expected:
            detail = f"{_range(expected, position - 1)} not there"
            self.told.add(expected, EventFault.MISSING, detail)
        else:
            self.told.add(
                position, EventFault.REORDERED, "no event can stand here: positions are 1, 2…"
            )

    def _misplaced(self, row: TupleRow, before: bytes) -> None:
        place = self._belongs(row[0], before, row[6])
        if place is None:
            detail = f"{_event(row)} does not follow the one before it: either was exchanged"
            self.told.add(row[0], EventFault.CHAIN, detail)
            return
        where, self.links.link = place
        detail = f"here stands {_event(row)} and what was recorded here stands at position {where}"
        self.told.add(row[0], EventFault.REORDERED, detail)

    def _belongs(self, position: int, before: bytes, stored: bytes) -> tuple[int, bytes] | None:
        """Where the event stands that was recorded at a position, and its link."""
        if self._searches == 0:
            return None
        self._searches -= 1
        found = self.connection.execute(_BELONGS, (before, position, stored)).fetchone()
        return None if found is None or found[0] == position else (found[0], found[2])


def _event(row: TupleRow) -> str:
    return f"version {row[2]} of {row[1]}, {row[3][:100]},"


def _range(first: int, last: int) -> str:
    return f"event {first} is" if first == last else f"events {first} to {last} are"
