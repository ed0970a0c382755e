"""Findings, runs and incidents for those who may look and act (S95-15.3, S216-18.7)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from registry.findings import listing
from registry.findings.finding import (
    FINDING,
    FindingKind,
    FindingOpened,
    KnownFinding,
    State,
    TellMeasure,
)
from registry.findings.hourly_run import HourlyRun, StandingFinding
from registry.records.api import Limit
from shared_contracts.errors import Absent
from shared_contracts.http.api import Data, answer, read_json, values_given

EVENTS = 800
"""Most events of a finding that are read to show it: the last ones."""

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class ToldMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """Cause, measure and when it was taken; now, if no moment is given."""

    cause: Words
    measure: Words
    taken_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


def router(review: HourlyRun, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/findings`` and ``/api/v1/incidents``."""
    routes = APIRouter(tags=["findings"])

    def codes(sez: str | None) -> list[str]:
        if sez is None:
            return sorted(review.desk.systems())
        ensure_known(sez)
        return [sez]

    @routes.get("/api/v1/findings")
    def findings(sez: str | None = None, *, ended: bool = True) -> Response:
        """The last finding of each kind about every system or one; `ended=false` for open ones."""
        found = (at.finding for at in review.found(codes(sez)))
        return answer([one for one in found if ended or one.open])

    @routes.post("/api/v1/findings/run")
    def run() -> Response:
        """Make a run now, beside those of each hour."""
        return answer(review.run())

    @routes.get("/api/v1/findings/{sez}/{kind}")
    def finding(
        sez: str, kind: str, after: Annotated[int | None, Query(ge=0, le=2**62)] = None
    ) -> Response:
        """A finding with what happened to it, latest last; `after` is the number of an event.

        Without it the last events are shown; each has its number, the first is 1.
        """
        at = _of(review, sez, kind)
        begin = max(0, at.version - EVENTS) if after is None else after
        history = listing.history(review.log, at.originator_id, begin, EVENTS)
        told = [
            {
                "number": one.version,
                "recorded_at": one.recorded_at,
                "topic": one.topic,
                "event": one.event,
            }
            for one in history
        ]
        return answer({"state": at.finding, "history": told})

    @routes.post("/api/v1/findings/{sez}/{kind}/measure")
    def measure(sez: str, kind: str, data: Data) -> Response:
        """Tell cause and measure; a finding that is open for a person ends by it."""
        _of(review, sez, kind)
        with values_given():
            told, now = read_json(data, ToldMeasure), review.desk.clock()
        taken_at = told.taken_at or now
        wanted = TellMeasure(cause=told.cause, measure=told.measure, taken_at=taken_at, at=now)
        return answer(review.tell(sez, FindingKind(kind), wanted))

    @routes.get("/api/v1/incidents")
    def incidents(sez: str | None = None, limit: Limit = 100) -> Response:
        """The register of incidents: each time that something was found, latest first."""
        rows = [row for at in review.found(codes(sez)) for row in _occurrences(review, at)]
        rows.sort(key=lambda one: one.opened_at, reverse=True)
        return answer(rows[:limit])

    return routes


def _of(review: HourlyRun, sez: str, kind: str) -> StandingFinding:
    for at in review.found([sez]):
        if at.finding.kind == kind:
            return at
    raise Absent(f"no finding {kind} about {sez}; kinds: {', '.join(FindingKind)}")


def _occurrences(review: HourlyRun, at: StandingFinding) -> Iterator[KnownFinding]:
    """The finding as it stood at each end, and as it stands, from the last events on."""
    state: State = FINDING.initial
    for event in review.log.events(at.originator_id, after_version=max(0, at.version - EVENTS)):
        if isinstance(event, FindingOpened) and isinstance(state, KnownFinding):
            yield state
        state = FINDING.evolve(state, event)
    yield at.finding  # as it stands, also where it was opened before those events
