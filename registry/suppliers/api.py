"""Suppliers and producers for those who may look: listed, shown with history (S216-2.1b)."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from registry.records.api import Limit, page, told
from registry.suppliers import listing
from registry.suppliers.kind import OBJECTS
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
        limit: Limit = 100,
    ) -> Response:
        """List suppliers, of one SEZ or of a number; `after` is the last id of the page before."""
        asked = {"sez": sez, "number": number, "after": after}
        return page(log, ensure_known, listing.suppliers, asked, limit)

    @routes.get("/api/v1/suppliers/{registry_id}")
    def supplier(registry_id: UUID) -> Response:
        """Show a supplier: its state and the versions of its card."""
        return told(log, OBJECTS, registry_id)

    @routes.get("/api/v1/producers")
    def producers(code: str = "", limit: Limit = 100) -> Response:
        """List goods of Kazakhstan origin with who makes them, those whose code begins so."""
        return answer(listing.producers(log, skp_code=code, limit=limit))

    return routes
