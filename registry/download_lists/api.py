"""Lists of those who took the documentation, for those who may look (S216-A3.1f)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry.download_lists import listing
from registry.download_lists.kind import OBJECTS
from registry.records.history import as_of
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer

Moment = Annotated[str | None, Query(json_schema_extra={"format": "date-time"})]
"""A moment in a query, as ISO 8601 writes it: a bare number is none."""


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/download-lists``; ``ensure_known``: 404 for unknown systems."""
    routes = APIRouter(tags=["download lists"])

    @routes.get("/api/v1/download-lists")
    def download_lists(
        sez: str | None = None,
        purchase: UUID | None = None,
        status: str | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """List lists of downloads, of a SEZ, a purchase or a status; `after` is the last id."""
        if sez is not None:
            ensure_known(sez)
        return answer(listing.download_lists(log, (sez, purchase, status, after), limit))

    @routes.get("/api/v1/download-lists/{registry_id}")
    def download_list(registry_id: UUID, at: Moment = None) -> Response:
        """Show a list: its state and its versions, now or as of the moment `at`."""
        state, history = as_of(log, OBJECTS, registry_id, at)
        return answer({"state": state, "history": history})

    return routes
