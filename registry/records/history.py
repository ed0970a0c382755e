"""The history of an object for those who may look, now or as of a past moment (S216-12a)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from registry.records.record import VersionRecorded, until
from shared_contracts.errors import Absent, BadInput
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog

S = TypeVar("S")

EXAMPLE = "2026-03-01T10:00:00+05:00"
"""How a moment is written."""

YEARS = range(1900, 2201)
"""The years of a moment that may be asked about: what is counted from it is a moment too."""


def moment_given(name: str, given: str) -> datetime:
    """The moment that the parameter ``name`` tells; ``BadInput`` if it is none with an offset."""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise BadInput(f"{name}: write a moment as {EXAMPLE}, not as {given!r}") from None
    if moment.tzinfo is None:
        raise BadInput(f"{name}: a moment needs an offset, as in {EXAMPLE}")
    if moment.year not in YEARS:
        years = f"{YEARS.start} to {YEARS.stop - 1}"
        raise BadInput(f"{name}: {given!r} is not in the years {years}")
    return moment


def as_of(
    log: EventLog, kind: ObjectKind[S], registry_id: UUID, at: str | None = None
) -> tuple[S, Sequence[Recorded]]:
    """What an object was at a moment, or is now, and what was recorded of it until then.

    ``BadInput`` for what is no moment with an offset, ``Absent`` if nothing was recorded by then
    of an object of this kind.
    """
    moment = None if at is None else moment_given("at", at)
    history = list(until(log.stream(registry_id), moment))
    if not history or not _begins(kind.name, history[0]):
        noun = kind.name.lower().replace("_", " ")
        raise Absent(f"no {noun} {registry_id}" + (f" at {at}" if at else ""))
    return kind.fold(one.event for one in history), history


def _begins(object_type: str, first: Recorded) -> bool:
    """Whether ``first`` is a version of an object of this type."""
    event = first.event
    return isinstance(event, VersionRecorded) and event.header.object_type == object_type
