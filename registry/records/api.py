"""How late versions came, for those who may look (S216-18.3)."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from registry.records import listing
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/lateness``; ``ensure_known``: 404 for unknown systems."""
    routes = APIRouter(tags=["purchases"])

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
