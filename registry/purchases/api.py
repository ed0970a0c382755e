"""Purchases for those who may look: listed, shown with history, as of a past moment (S216-2.1)."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from registry.purchases import listing
from registry.purchases.kind import OBJECTS
from registry.records.api import Limit, Moment, page, told
from shared_contracts.event_log.log import EventLog


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/purchases``; ``ensure_known``: 404 for unknown systems."""
    routes = APIRouter(tags=["purchases"])

    @routes.get("/api/v1/purchases")
    def purchases(
        sez: str | None = None,
        status: str | None = None,
        after: UUID | None = None,
        limit: Limit = 100,
    ) -> Response:
        """List purchases, of one SEZ or of a status; `after` is the last id of the page before."""
        asked = {"sez": sez, "status": status, "after": after}
        return page(log, ensure_known, listing.purchases, asked, limit)

    @routes.get("/api/v1/purchases/{registry_id}")
    def purchase(registry_id: UUID, at: Moment = None) -> Response:
        """Show a purchase: its state and its versions, now or as of the moment `at`."""
        return told(log, OBJECTS, registry_id, at)

    return routes
