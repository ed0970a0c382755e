"""Purchases for those who may look: listed, shown with history, as of a past moment (S216-2.1)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry.purchases import listing
from registry.purchases.purchase import evolve
from registry.purchases.states import State, UnknownPurchase
from registry.records.record import shown, until
from shared_contracts.errors import Absent, BadInput
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer

EXAMPLE = "2026-03-01T10:00:00+05:00"
"""How a moment is written."""

Moment = Annotated[str | None, Query(json_schema_extra={"format": "date-time"})]
"""A moment in a query, as ISO 8601 writes it: a bare number is none."""


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/purchases``; ``ensure_known``: 404 for unknown systems."""
    routes = APIRouter(tags=["purchases"])

    @routes.get("/api/v1/purchases")
    def purchases(
        sez: str | None = None,
        status: str | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """List purchases, of one SEZ or of a status; `after` is the last id of the page before."""
        if sez is not None:
            ensure_known(sez)
        rows = listing.purchases(log, sez_code=sez, status=status, after=after, limit=limit)
        return answer(rows)

    @routes.get("/api/v1/purchases/{registry_id}")
    def purchase(registry_id: UUID, at: Moment = None) -> Response:
        """Show a purchase: its state and its versions, now or as of the moment `at`."""
        history = list(_until(log, registry_id, at))
        if not history:
            raise Absent(f"no purchase {registry_id}" + (f" at {at}" if at else ""))
        state: State = UnknownPurchase()
        for recorded in history:
            state = evolve(state, recorded.event)
        return answer({"state": state, "history": [shown(one) for one in history]})

    return routes


def _until(log: EventLog, registry_id: UUID, at: str | None) -> Iterator[Recorded]:
    try:
        moment = None if at is None else datetime.fromisoformat(at)
    except ValueError:
        raise BadInput(f"at: write a moment as {EXAMPLE}, not as {at!r}") from None
    try:
        return until(log.stream(registry_id), moment)
    except ValueError as problem:
        raise BadInput(str(problem)) from problem
