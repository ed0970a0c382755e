"""A finding about a system: found by an hourly run, kept while its cause lasts (S95-15.3).

There is one for each system and kind; what it names changes while it is open, and it can be opened
anew. Cause and measure make it an entry of the register of incidents (S216-18.7).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid5

import msgspec

from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.document import Environment

NAMED: Final = 200
"""Most names that a finding, or one of its events, bears; ``count`` tells of all."""

RUN_NAMES: Final = 10_000
"""Most names of what came since the run before that a run puts into its events, ``NAMED`` each."""

HOUR: Final = timedelta(hours=1)
"""How long nothing new must come before a finding of late records ends."""

_FINDINGS = UUID("6c0a3a0e-5d37-5a47-9f2e-3a5b8e0f7d41")


class FindingKind(StrEnum):
    """What is not as it must be."""

    MISSING_NUMBERS = "MISSING_NUMBERS"
    """Numbers of the sequence that did not come, while a later one came an hour ago."""

    LATE_RECORDS = "LATE_RECORDS"
    """Versions that came after their hour, and no announced works excuse it."""

    STAGE_PASSED = "STAGE_PASSED"
    """Purchases whose stage has passed, and its list or protocol did not come."""

    REWRITTEN_HISTORY = "REWRITTEN_HISTORY"
    """What was recorded came again with another content."""


OF_AN_INSTANT: Final = (FindingKind.LATE_RECORDS, FindingKind.REWRITTEN_HISTORY)
"""Kinds of which a run sees what came since the run before; of the others it sees all there is."""


def finding_id(environment: Environment, sez_code: str, kind: FindingKind) -> UUID:
    """The id under which findings of a kind about a system are kept."""
    return uuid5(_FINDINGS, f"{environment}/{sez_code}/{kind}")


# What can happen


class ReviewEvent(Event, frozen=True, kw_only=True):
    """What a run found or did; ``object_id`` is that of the finding, or of the runs themselves."""

    object_id: UUID


class FindingEvent(ReviewEvent, frozen=True, kw_only=True):
    """What happened to a finding of a kind about a system."""

    sez_code: str
    kind: FindingKind


@topic("finding-opened.1")
class FindingOpened(FindingEvent, frozen=True, kw_only=True):
    """Something was found; the first ``NAMED`` of ``count`` are named."""

    names: tuple[str, ...]
    count: int
    found_at: datetime


@topic("finding-changed.1")
class FindingChanged(FindingEvent, frozen=True, kw_only=True):
    """A later run found more or less: names that are new, names that fell away, how many now."""

    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    count: int
    found_at: datetime


@topic("finding-ended.1")
class FindingEnded(FindingEvent, frozen=True, kw_only=True):
    """Its cause is gone, or a person ended it by what was done."""

    ended_at: datetime


@topic("measure-taken.1")
class MeasureTaken(FindingEvent, frozen=True, kw_only=True):
    """A person told the cause of a finding, what was done about it, and when (S216-18.7)."""

    cause: str
    measure: str
    taken_at: datetime
    told_at: datetime


# What can be asked


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a run sees: the first names by order, and how many there are in all."""

    names: tuple[str, ...] = ()
    count: int = 0
    at: datetime


class TellMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """A person tells the cause and the measure."""

    cause: str
    measure: str
    taken_at: datetime
    at: datetime


Command: TypeAlias = Seen | TellMeasure

# What it is meanwhile


class FindingStatus(StrEnum):
    """Where a finding stands."""

    OPEN = "OPEN"
    """It ends by itself when its cause is gone."""

    OPEN_FOR_A_PERSON = "OPEN_FOR_A_PERSON"
    """It ends when a person tells cause and measure."""

    ENDED = "ENDED"


class NothingFound(msgspec.Struct, frozen=True, tag="NOTHING_FOUND"):
    """Nothing of the kind was ever found about the system."""


class KnownFinding(msgspec.Struct, frozen=True, kw_only=True, tag="KNOWN"):
    """The last finding of a kind about a system; ``times`` counts how often there was one."""

    sez_code: str
    kind: FindingKind
    status: FindingStatus
    names: tuple[str, ...]
    count: int
    times: int
    opened_at: datetime
    changed_at: datetime
    ended_at: datetime | None = None
    cause: str = ""
    measure: str = ""
    taken_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.status is not FindingStatus.ENDED


State = NothingFound | KnownFinding


def decide(finding_of: tuple[UUID, str, FindingKind], state: State, asked: Command) -> list[Event]:
    """What is new in what a run sees or a person tells; ``RefusedByRule`` where nothing is found.

    ``finding_of`` are the id of the finding, its system and its kind.
    """
    object_id, sez_code, kind = finding_of
    of: dict[str, Any] = {"object_id": object_id, "sez_code": sez_code, "kind": kind}
    match asked:
        case TellMeasure():
            return _measured(of, state, asked)
        case Seen(names=names, count=count, at=at):
            if not isinstance(state, KnownFinding) or not state.open:
                opened = FindingOpened(**of, names=names[:NAMED], count=count, found_at=at)
                rest = names[NAMED:] if kind in OF_AN_INSTANT else ()
                return [opened, *_added(of, rest, count, at)] if count else []
            if kind in OF_AN_INSTANT:
                return _more(of, state, asked)
            return _now(of, state, asked)


def _measured(of: dict[str, Any], state: State, told: TellMeasure) -> list[Event]:
    if not isinstance(state, KnownFinding):
        raise RefusedByRule(
            f"nothing was found about {of['sez_code']}: there is no measure to tell"
        )
    if told.taken_at > told.at:
        moment = told.taken_at.isoformat()
        cure = "give the moment at which it was taken"
        raise RefusedByRule(f"taken_at: {moment} is still to come; {cure}")
    known: dict[str, Any] = {
        "cause": told.cause,
        "measure": told.measure,
        "taken_at": told.taken_at,
    }
    taken = MeasureTaken(**of, **known, told_at=told.at)
    if state.status is FindingStatus.OPEN_FOR_A_PERSON:
        return [taken, FindingEnded(**of, ended_at=told.at)]
    return [taken]


def _more(of: dict[str, Any], state: KnownFinding, seen: Seen) -> list[Event]:
    """What came since the run before, beside what is known."""
    if seen.count:
        total = state.count + seen.count
        return list(_added(of, seen.names, total, seen.at))
    by_itself = state.status is FindingStatus.OPEN
    if by_itself and seen.at - state.changed_at >= HOUR:
        return [FindingEnded(**of, ended_at=seen.at)]
    return []


def _added(
    of: dict[str, Any], names: Sequence[str], count: int, at: datetime
) -> Iterator[FindingChanged]:
    """Every name, in as many events as it takes: what came once is not found again."""
    for first in range(0, len(names), NAMED):
        added = tuple(names[first : first + NAMED])
        yield FindingChanged(**of, added=added, count=count, found_at=at)


def _now(of: dict[str, Any], state: KnownFinding, seen: Seen) -> list[Event]:
    """All that there is now, against what is known."""
    if not seen.count:
        return [FindingEnded(**of, ended_at=seen.at)]
    names = seen.names[:NAMED]
    if (set(names), seen.count) == (set(state.names), state.count):
        return []
    added = tuple(one for one in names if one not in state.names)
    gone = tuple(one for one in state.names if one not in names)
    return [FindingChanged(**of, added=added, gone=gone, count=seen.count, found_at=seen.at)]


def evolve(state: State, event: Event) -> State:
    """What is known after ``event``."""
    match event:
        case FindingOpened():
            return _opened(state, event)
        case FindingChanged(added=added, gone=gone) if isinstance(state, KnownFinding):
            left = tuple(one for one in state.names if one not in (*gone, *added))
            names = (*left, *added)[-NAMED:]
            changed = {"names": names, "count": event.count, "changed_at": event.found_at}
            return msgspec.structs.replace(state, **changed)
        case FindingEnded(ended_at=at) if isinstance(state, KnownFinding):
            return msgspec.structs.replace(state, status=FindingStatus.ENDED, ended_at=at)
        case MeasureTaken(cause=cause, measure=measure) if isinstance(state, KnownFinding):
            told = {"cause": cause, "measure": measure, "taken_at": event.taken_at}
            return msgspec.structs.replace(state, **told)
        case _:
            return state


def _opened(state: State, event: FindingOpened) -> KnownFinding:
    by_a_person = event.kind is FindingKind.REWRITTEN_HISTORY
    return KnownFinding(
        sez_code=event.sez_code,
        kind=event.kind,
        status=FindingStatus.OPEN_FOR_A_PERSON if by_a_person else FindingStatus.OPEN,
        names=event.names,
        count=event.count,
        times=1 + (state.times if isinstance(state, KnownFinding) else 0),
        opened_at=event.found_at,
        changed_at=event.found_at,
    )


FINDING: ObjectKind[State] = ObjectKind("FINDING", NothingFound(), evolve, State)
"""Findings, by system and kind."""


def named(events: Sequence[Event]) -> tuple[str, ...]:
    """What these events name that was not named before."""
    for event in events:
        if isinstance(event, FindingOpened):
            return event.names
        if isinstance(event, FindingChanged):
            return event.added
    return ()
