"""(g) The state of one purchase with 10, 100 and 1,000 versions, against the library's repository.

Every version is a whole purchase. Both read the whole stream from PostgreSQL and fold it; neither
has snapshots or keeps anything. What the Registry decides by, the head, is one row whatever the
length; it is told beside.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from registry.purchases.kind import OBJECTS as PURCHASE
from registry.purchases.purchase import PurchaseChanged, PurchaseRecorded
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.writing.commit import Commit, HeadKey
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from tests.bench.grounds import Grounds
from tests.bench.history import announcements
from tests.bench.measure import Figure, Outcome, figure, paired, timed
from tests.bench.sender import SEZ_CODE

VERSIONS = (10, 100, 1000)
BATCH = 50


class Copied(Aggregate):
    """The same purchase as a library's aggregate; documents are kept as plain JSON."""

    @event("Announced")
    def __init__(self, *, fact: Any) -> None:
        self.version_stated = fact["header"]["version"]
        self.document = fact["document"]

    @event("Changed")
    def change(self, fact: Any) -> None:
        """Another version of the whole purchase."""
        self.version_stated = fact["header"]["version"]
        self.document = fact["document"]


class Library(Application[UUID]):
    """The library's application as it comes."""


Load = Callable[[], object]


@dataclass(frozen=True)
class Loads:
    """Three ways to one purchase: our fold, our head, the library's repository."""

    fold: Load
    head: Load
    library: Load


def measure(grounds: Grounds, runs: int, times: int) -> Outcome:
    """States per second, ours to the library's; ``times`` loads of ten versions in a reading."""
    log = grounds.log("state_ours")
    figures, notes = [], []
    with Library(dict(grounds.library("state_library"))) as library:
        for versions in VERSIONS:
            loads = _loads(log, library, versions)
            each = max(1, times * VERSIONS[0] // versions)
            taken = _figure(f"state_{versions}_vs_library", (loads.fold, loads.library), runs, each)
            kept = _figure("head", (loads.head, loads.library), runs, each)
            figures.append(taken)
            notes.append(f"state of {versions} versions by its head: {1e3 / kept.ours:.2f} ms")
    return Outcome(tuple(figures), tuple(notes))


def _figure(name: str, works: tuple[Load, Load], runs: int, times: int) -> Figure:
    ours, library = works
    pairs = paired(lambda: _rate(ours, times), lambda: _rate(library, times), runs + 1)
    return figure(name, "states/s", pairs[1:])  # the first warms both


def _rate(load: Load, times: int) -> float:
    def work() -> None:
        for _ in range(times):
            load()

    return times / timed(work)


def _loads(log: EventLog, library: Library, versions: int) -> Loads:
    events = [*_history(versions)]
    stream, key, last = events[0].registry_id, _fill(log, events), events[-1].header.version
    copy = _copy(library, events)
    loads = Loads(
        fold=lambda: PURCHASE.fold(log.events(stream)),
        head=lambda: PURCHASE.read(log.heads([key])[key]),
        library=lambda: library.repository.get(copy),
    )
    assert loads.fold() == loads.head()
    found: Copied = library.repository.get(copy)
    assert found.version_stated == last
    return loads


def _history(versions: int) -> Iterator[PurchaseRecorded]:
    """A purchase that is announced, and then changed as a whole again and again."""
    [first] = announcements(1)
    yield first
    for version in range(2, versions + 1):
        act = msgspec.structs.replace(first.document.act, version=version)
        yield PurchaseChanged(
            registry_id=first.registry_id,
            sez_code=first.sez_code,
            message_id=uuid7(),
            record=1,
            header=msgspec.structs.replace(first.header, version=version),
            received_at=first.received_at,
            late=False,
            document=msgspec.structs.replace(first.document, act=act),
        )


def _fill(log: EventLog, events: Sequence[PurchaseRecorded]) -> HeadKey:
    """The events in our log, as so many packages would leave them; gives the purchase's key."""
    first = events[0]
    key = HeadKey(Environment.STAND, SEZ_CODE, PURCHASE.name, first.header.object_id)
    at = AggregateState(PURCHASE, key, first.registry_id, 0, PURCHASE.initial)
    for start in range(0, len(events), BATCH):
        some = events[start : start + BATCH]
        after = at.after(some)
        log.append(Commit(at.facts(some), (after.head(),)))
        at = after
    return key


def _copy(library: Library, events: Sequence[PurchaseRecorded]) -> UUID:
    """The same in the library's log; gives the aggregate's id."""
    first, *rest = events
    copied = Copied(**_content(first))
    library.save(copied)
    for number, each in enumerate(rest, 1):
        copied.change(**_content(each))
        if number % BATCH == 0:
            library.save(copied)
    library.save(copied)
    return copied.id


def _content(fact: PurchaseRecorded) -> dict[str, Any]:
    """All of a fact as plain JSON, as the plain stack keeps it."""
    return {"fact": msgspec.to_builtins(fact)}
