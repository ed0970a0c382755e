"""Purchases for those who may look: listed, shown with history, as of a past moment (S216-2.1)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Response

from registry.purchases import listing
from registry.purchases.purchase import PurchaseRecorded, State, Unknown, evolve
from shared_contracts.api import answer
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog


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
    def purchase(registry_id: UUID, at: datetime | None = None) -> Response:
        """Show a purchase: its state and its versions, now or as of the moment `at`."""
        history = list(_until(log.stream(registry_id), at))
        if not history:
            raise HTTPException(404, f"no purchase {registry_id}" + (f" at {at}" if at else ""))
        state: State = Unknown()
        for recorded in history:
            state = evolve(state, recorded.event)
        return answer({"state": state, "history": [_version(one) for one in history]})

    @routes.get("/api/v1/lateness")
    def lateness() -> Response:
        """How punctual every SEZ is: versions, late ones, median and longest delay in seconds."""
        return answer(listing.lateness(log))

    @routes.get("/api/v1/lateness/{sez}")
    def late(sez: str, limit: Annotated[int, Query(ge=1, le=10000)] = 1000) -> Response:
        """What came late from a SEZ, latest first."""
        ensure_known(sez)
        return answer(list(listing.late_versions(log, sez, limit)))

    return routes


def _until(history: list[Recorded], at: datetime | None) -> Iterator[Recorded]:
    if at is not None and at.tzinfo is None:
        raise HTTPException(422, "at: a moment needs an offset, as in 2026-03-01T10:00:00+05:00")
    return (recorded for recorded in history if at is None or recorded.recorded_at <= at)


def _version(recorded: Recorded) -> dict[str, object]:
    event = recorded.event
    if not isinstance(event, PurchaseRecorded):
        raise TypeError(f"{recorded.topic} in the stream of a purchase")
    evidence = f"/api/v1/messages/{event.sez_code}/{event.message_id}"
    return {
        "position": recorded.position,
        "recorded_at": recorded.recorded_at,
        "topic": recorded.topic,
        "leaf": recorded.leaf.hex(),
        "event": event,
        "document": f"{evidence}/documents/{event.record}",
        "package": f"{evidence}/package",
        "receipt": f"{evidence}/receipt",
    }
