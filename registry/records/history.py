"""The history of an object for those who may look, now or as of a past moment (S216-12a)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from registry.records.record import shown, until
from shared_contracts.errors import Absent, BadInput
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.log import EventLog

S = TypeVar("S")

EXAMPLE = "2026-03-01T10:00:00+05:00"
"""How a moment is written."""


def as_of(
    log: EventLog, kind: ObjectKind[S], registry_id: UUID, at: str | None
) -> tuple[S, Sequence[dict[str, object]]]:
    """What an object was at a moment, or is now, and its versions until then.

    ``BadInput`` for what is no moment with an offset, ``Absent`` if nothing was recorded by then.
    """
    try:
        moment = None if at is None else datetime.fromisoformat(at)
    except ValueError:
        raise BadInput(f"at: write a moment as {EXAMPLE}, not as {at!r}") from None
    try:
        history = list(until(log.stream(registry_id), moment))
    except ValueError as problem:
        raise BadInput(str(problem)) from problem
    if not history:
        raise Absent(f"no {kind.name} {registry_id}" + (f" at {at}" if at else ""))
    return kind.fold(one.event for one in history), [shown(one) for one in history]
