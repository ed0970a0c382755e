"""The log of events of this SEZ over HTTP: what was done, by whom, from where (S216-9.6)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sez.audits.pages import entries_after
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer


def router(log: EventLog) -> APIRouter:
    """The route under ``/api/v1/event-log``."""
    routes = APIRouter(tags=["log"])

    @routes.get("/api/v1/event-log")
    def listed(
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Response:
        """Entries after a position, as an audit is told them; `after` is the last one shown."""
        return answer(entries_after(log, after, limit))

    return routes
