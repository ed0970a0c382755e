"""Notices on record."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer
from tests.throwaway.registry import listing


def router(log: EventLog, _ensure_known: Callable[[str], None]) -> APIRouter:
    """The route ``/api/v1/site-notices``."""
    routes = APIRouter(tags=["site-notices"])

    @routes.get("/api/v1/site-notices")
    def shown() -> Response:
        """List notices."""
        return answer(listing.notices(log))

    return routes
