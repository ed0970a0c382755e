"""The clock for those who watch it (S216-A3.3)."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from sez.time_sync.drift import REFUSE, WARN, Clock
from shared_contracts.http.api import answer


def router(clock: Clock, compare: Callable[[], None]) -> APIRouter:
    """The routes under ``/api/v1/clock``."""
    routes = APIRouter(tags=["time"])

    def shown() -> Response:
        offset = clock.offset
        return answer(
            {
                "own": clock.own(),
                "offset_seconds": offset.total_seconds(),
                "corrected": clock(),
                "warn": abs(offset) > WARN,
                "refuse": abs(offset) > REFUSE,
            }
        )

    @routes.get("/api/v1/clock")
    def state() -> Response:
        """The difference from the Registry's clock as last measured."""
        return shown()

    @routes.post("/api/v1/clock")
    def measure() -> Response:
        """Measure the difference now, and apply it."""
        compare()
        return shown()

    return routes
