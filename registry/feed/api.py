"""The change feed: positions have no gaps, so a cursor can never skip (wire.md 20, 23)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.following.waiters import Waiters
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer

WAITERS = 200
"""Most readers that wait at once; they take no thread, yet a connection each."""


def router(log: EventLog) -> APIRouter:
    """The route ``/api/v1/changes``."""
    routes = APIRouter(tags=["changes"])
    waiters = Waiters(log.recorder.commit_signal, WAITERS)

    @routes.get("/api/v1/changes")
    async def changes(
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        wait: Annotated[float, Query(ge=0, le=30)] = 0,
    ) -> Response:
        """Events after a position; `next` is the cursor to go on with, `wait` seconds for more.

        503 with the reason if too many readers wait, or if the next event is of a topic which this
        program does not know.
        """
        if wait:
            await waiters.wait(after, wait)
        return await run_in_threadpool(_page, log, after, limit)

    return routes


def _page(log: EventLog, after: int, limit: int) -> Response:
    events = log.read(after, limit)
    return answer(
        {"next": events[-1].position if events else after, "events": [_told(one) for one in events]}
    )


def _told(one: Recorded) -> dict[str, Any]:
    return {
        "position": one.position,
        "recorded_at": one.recorded_at,
        "topic": one.topic,
        "originator_id": one.originator_id,
        "version": one.version,
        "leaf": one.leaf.hex(),
        "chain": one.chain.hex(),
        "event": one.event,
    }
