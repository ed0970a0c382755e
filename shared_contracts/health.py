"""``/healthz``, ``/readyz`` and ``/metrics`` of a system (S216-18.7)."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from shared_contracts.api import answer

Checks = Mapping[str, Callable[[], object]]
"""By name, what is asked of a part: it says how it is, or raises."""


def router(checks: Checks, figures: CollectorRegistry) -> APIRouter:
    """The routes of health; ready means that no check raises."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    def healthz() -> Response:
        return answer({"status": "ok"})

    @routes.get("/readyz")
    def readyz() -> Response:
        states = {name: _state(check) for name, check in checks.items()}
        ready = all(ok for ok, _ in states.values())
        content = {"ready": ready, "checks": {name: said for name, (_, said) in states.items()}}
        return answer(content, 200 if ready else 503)

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(figures), media_type=CONTENT_TYPE_LATEST)

    return routes


def _state(check: Callable[[], object]) -> tuple[bool, object]:
    try:
        return True, check()
    except Exception as problem:  # noqa: BLE001  # whatever is wrong, the process is not ready
        return False, f"{type(problem).__name__}: {problem}"
