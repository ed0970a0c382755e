"""The change feed: positions have no gaps, so a cursor can never skip (wire.md 20, 23)."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from shared_contracts.api import answer
from shared_contracts.event_log.log import EventLog


def router(log: EventLog, checkpoint: Callable[[], str]) -> APIRouter:
    """The routes ``/api/v1/changes`` and ``/api/v1/checkpoint``."""
    routes = APIRouter(tags=["changes"])

    @routes.get("/api/v1/changes")
    def changes(
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        wait: Annotated[float, Query(ge=0, le=30)] = 0,
    ) -> Response:
        """Events after a position; `next` is the cursor to go on with, `wait` seconds for more."""
        if wait:
            log.wait(after, wait)
        events = log.read(after, limit)
        return answer(
            {
                "next": events[-1].position if events else after,
                "events": [
                    {
                        "position": one.position,
                        "recorded_at": one.recorded_at,
                        "topic": one.topic,
                        "originator_id": one.originator_id,
                        "version": one.version,
                        "leaf": one.leaf.hex(),
                        "chain": one.chain.hex(),
                        "event": one.event,
                    }
                    for one in events
                ],
            }
        )

    @routes.post("/api/v1/checkpoint")
    def make() -> Response:
        """Sign a checkpoint of the log as it stands, and show it (C2SP tlog-checkpoint)."""
        return Response(checkpoint(), media_type="text/plain; charset=utf-8")

    return routes
