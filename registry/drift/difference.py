"""A difference between what was fixed of a system and what is seen of it (S216-11a, S95-17).

For each system and kind one difference is open at most. It closes by itself when it is seen no
more, or a person ends it; what he accepted is no difference until the entry of the system changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from registry.systems.system import SystemRegistered, system_id
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic


class DriftKind(StrEnum):
    """In what a system differs."""

    CERTIFICATE = "CERTIFICATE"
    """An answer or a message was signed with another certificate."""
    ADDRESS = "ADDRESS"
    """The name of its endpoint leads to addresses out of its networks."""
    ENVIRONMENT = "ENVIRONMENT"
    CONTRACT_VERSIONS = "CONTRACT_VERSIONS"
    OPERATIONS = "OPERATIONS"
    LIMITS = "LIMITS"
    SOFTWARE = "SOFTWARE"
    """Its name, its schemas or the objects it knows are not those it told first."""


class SaidOfItself(msgspec.Struct, frozen=True, kw_only=True):
    """What a system told first under an entry: its software, as far as the contract tells of it."""

    system: str
    schema_sha256: str
    object_types: str


class SeenDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What was fixed, and what was seen instead."""

    kind: DriftKind
    fixed: str
    found: str


class OpenDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A difference that has not ended, and since when."""

    seen: SeenDifference
    found_at: datetime


# What can happen


class DriftEvent(Event, frozen=True, kw_only=True):
    """Something about the system ``sez_code`` and what was fixed of it."""

    sez_code: str

    @property
    def object_id(self) -> UUID:
        """The id of the system."""
        return system_id(self.sez_code)


@topic("conditions-said.1")
class ConditionsSaid(DriftEvent, frozen=True, kw_only=True):
    """A system told for the first time under its entry of ``entered_at`` what it can do.

    Its signed answer stands beside the event.
    """

    entered_at: datetime
    said: SaidOfItself
    answer_sha256: str
    said_at: datetime


@topic("difference-opened.1")
class DifferenceOpened(DriftEvent, frozen=True, kw_only=True):
    """A system differs from what was fixed, or differs otherwise than before.

    Beside the event stands what shows it: the signed answer of the system, the receipt of the
    message that was refused for it, or a note where the name of its endpoint led.
    """

    seen: SeenDifference
    answer_sha256: str
    found_at: datetime


@topic("difference-closed.1")
class DifferenceClosed(DriftEvent, frozen=True, kw_only=True):
    """The system is again as was fixed: the difference ended by itself."""

    kind: DriftKind
    closed_at: datetime


@topic("difference-ended.1")
class DifferenceEnded(DriftEvent, frozen=True, kw_only=True):
    """A person ended the difference and said why; ``accepted`` is not told again."""

    accepted: SeenDifference
    reason: str
    ended_at: datetime


# What it is meanwhile


class SystemDrift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a system stands: what it told first, what is open, what a person accepted."""

    entered_at: datetime | None = None
    said: SaidOfItself | None = None
    said_at: datetime | None = None
    open: tuple[OpenDifference, ...] = ()
    accepted: tuple[SeenDifference, ...] = ()

    def of(self, kind: DriftKind) -> OpenDifference | None:
        """The open difference of a kind."""
        return next((one for one in self.open if one.seen.kind is kind), None)


# What can be asked


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What one look found; ``said`` and its hash where the system told, ``judged`` what it shows.

    Each difference comes with the SHA-256 of what shows it.
    """

    at: datetime
    said: tuple[SaidOfItself, str] | None
    found: Sequence[tuple[SeenDifference, str]]
    judged: frozenset[DriftKind]


@dataclass(frozen=True, slots=True)
class EndDifference:
    """End an open difference: a person looked into it."""

    kind: DriftKind
    reason: str
    at: datetime


def decide(
    drift: SystemDrift, entry: SystemRegistered, asked: LookedAt | EndDifference
) -> Sequence[DriftEvent]:
    """What happens; ``RefusedByRule`` where there is no such difference to be ended."""
    match asked:
        case LookedAt():
            return [*_said(drift, entry, asked), *_changed(drift, entry, asked)]
        case EndDifference(kind=kind, reason=reason, at=at):
            known = drift.of(kind)
            if known is None:
                told = ", ".join(one.seen.kind for one in drift.open) or "none"
                raise RefusedByRule(
                    f"kind {kind.value!r}: {entry.code} has no open difference of this kind to be "
                    f"ended; open are: {told}"
                )
            return [
                DifferenceEnded(
                    sez_code=entry.code, accepted=known.seen, reason=reason, ended_at=at
                )
            ]


def is_first(drift: SystemDrift, entry: SystemRegistered) -> bool:
    """Whether nothing was told yet under this entry."""
    return drift.said is None or drift.entered_at != entry.registered_at


def _said(drift: SystemDrift, entry: SystemRegistered, look: LookedAt) -> Iterator[ConditionsSaid]:
    if look.said is not None and is_first(drift, entry):
        said, sha256 = look.said
        yield ConditionsSaid(
            sez_code=entry.code,
            entered_at=entry.registered_at,
            said=said,
            answer_sha256=sha256,
            said_at=look.at,
        )


def _changed(
    drift: SystemDrift, entry: SystemRegistered, look: LookedAt
) -> Iterator[DifferenceOpened | DifferenceClosed]:
    anew = look.said is not None and is_first(drift, entry)
    accepted = () if anew else drift.accepted
    for seen, sha256 in look.found:
        known = drift.of(seen.kind)
        if seen not in accepted and (known is None or known.seen != seen):
            yield DifferenceOpened(
                sez_code=entry.code, seen=seen, answer_sha256=sha256, found_at=look.at
            )
    there = {seen.kind for seen, _ in look.found if seen not in accepted}
    for one in drift.open:
        if one.seen.kind in look.judged - there:
            yield DifferenceClosed(sez_code=entry.code, kind=one.seen.kind, closed_at=look.at)


def evolve(drift: SystemDrift, event: Event) -> SystemDrift:
    """Where a system stands after ``event``; a new entry forgets what was accepted."""
    match event:
        case ConditionsSaid(entered_at=entered_at, said=said, said_at=at):
            return msgspec.structs.replace(
                drift, entered_at=entered_at, said=said, said_at=at, accepted=()
            )
        case DifferenceOpened(seen=seen, found_at=at):
            return _with(drift, seen.kind, OpenDifference(seen=seen, found_at=at))
        case DifferenceClosed(kind=kind):
            return _with(drift, kind)
        case DifferenceEnded(accepted=accepted):
            kept = tuple(one for one in drift.accepted if one.kind is not accepted.kind)
            after = _with(drift, accepted.kind)
            return msgspec.structs.replace(after, accepted=(*kept, accepted))
        case _:
            return drift


def _with(drift: SystemDrift, kind: DriftKind, *now: OpenDifference) -> SystemDrift:
    left = (one for one in drift.open if one.seen.kind is not kind)
    return msgspec.structs.replace(drift, open=(*left, *now))


DRIFT: ObjectKind[SystemDrift] = ObjectKind("DRIFT", SystemDrift(), evolve, SystemDrift)
"""What is seen of systems against what was fixed of them, by the id of the system."""
