"""Suppliers and producers for those who may look: listed, shown with history (S216-2.1b)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry.records.record import shown
from registry.suppliers import listing
from registry.suppliers.supplier import State, UnknownSupplier, evolve
from shared_contracts.errors import Absent
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/suppliers`` and ``/api/v1/producers``."""
    routes = APIRouter(tags=["suppliers"])

    @routes.get("/api/v1/suppliers")
    def suppliers(
        sez: str | None = None,
        number: str | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """List suppliers, of one SEZ or of a number; `after` is the last id of the page before."""
        if sez is not None:
            ensure_known(sez)
        rows = listing.suppliers(log, sez_code=sez, number=number, after=after, limit=limit)
        return answer(rows)

    @routes.get("/api/v1/suppliers/{registry_id}")
    def supplier(registry_id: UUID) -> Response:
        """Show a supplier: its state and the versions of its card."""
        history = log.stream(registry_id)
        state: State = UnknownSupplier()
        for recorded in history:
            state = evolve(state, recorded.event)
        if isinstance(state, UnknownSupplier):
            raise Absent(f"no supplier {registry_id}")
        return answer({"state": state, "history": [shown(one) for one in history]})

    @routes.get("/api/v1/producers")
    def producers(code: str = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        """List goods of Kazakhstan origin with who makes them, those whose code begins so."""
        return answer(listing.producers(log, skp_code=code, limit=limit))

    return routes
