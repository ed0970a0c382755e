"""Lists of those who took the documentation, for those who may look (S216-A3.1f)."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from registry.download_lists import listing
from registry.download_lists.kind import OBJECTS
from registry.records.api import Limit, Moment, told
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/download-lists``; ``ensure_known``: 404 for unknown systems."""
    routes = APIRouter(tags=["download lists"])

    @routes.get("/api/v1/download-lists")
    def download_lists(
        sez: str | None = None,
        purchase: UUID | None = None,
        status: str | None = None,
        after: UUID | None = None,
        limit: Limit = 100,
    ) -> Response:
        """List lists of downloads, of a SEZ, a purchase or a status; `after` is the last id."""
        if sez is not None:
            ensure_known(sez)
        asked = {"sez": sez, "purchase": purchase, "status": status, "after": after}
        return answer(listing.download_lists(log, asked, limit))

    @routes.get("/api/v1/download-lists/{registry_id}")
    def download_list(registry_id: UUID, at: Moment = None) -> Response:
        """Show a list: its state and its versions, now or as of the moment `at`."""
        return told(log, OBJECTS, registry_id, at)

    return routes
