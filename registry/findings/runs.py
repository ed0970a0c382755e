"""That an hourly run took place, up to where it read, and what it left open (S95-15.3)."""

from datetime import datetime
from uuid import UUID

import msgspec

from registry.findings.finding import ReviewEvent
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic

RUNS_ID = UUID("0d9f63bb-83a4-5b0e-8a53-0f0f5f6e8c77")
"""The id under which all runs are kept."""


@topic("hourly-run-done.1")
class HourlyRunDone(ReviewEvent, frozen=True, kw_only=True):
    """A run read what was recorded up to ``position``, about so many systems."""

    position: int
    systems: int
    open_findings: int
    done_at: datetime


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """Up to where the last run read, when it ended, and what it left open; 0 before the first."""

    position: int = 0
    systems: int = 0
    open_findings: int = 0
    done_at: datetime | None = None


def evolve(state: Runs, event: Event) -> Runs:
    """Where the runs stand after ``event``."""
    if not isinstance(event, HourlyRunDone):
        return state
    return Runs(
        position=event.position,
        systems=event.systems,
        open_findings=event.open_findings,
        done_at=event.done_at,
    )


RUNS: ObjectKind[Runs] = ObjectKind("HOURLY_RUNS", Runs(), evolve, Runs)
"""The hourly runs, all under one id."""
