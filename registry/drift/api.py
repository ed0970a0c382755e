"""What differs from the acts of systems, and the end of a difference (S216-11a, S95-17)."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Response

from registry.drift.difference import DriftKind
from registry.drift.watching import DriftWatch
from shared_contracts.http.api import Data, answer, read_json


class DifferenceEnding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which difference is ended, and what the person who looked into it found."""

    kind: DriftKind
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]


def router(watch: DriftWatch) -> APIRouter:
    """The routes under ``/api/v1/drift``; events name who acts."""
    routes = APIRouter(tags=["admission"])

    @routes.get("/api/v1/drift")
    def shown() -> Response:
        """The systems that are watched: what each told first, what differs, what was accepted."""
        return answer(watch.shown())

    @routes.post("/api/v1/drift/{code}")
    def compare(code: str) -> Response:
        """Ask a system now what it can do, and compare that with its entry."""
        return answer(watch.compare(code))

    @routes.post("/api/v1/drift/{code}/end")
    def end(code: str, body: Data) -> Response:
        """End a difference: a person looked into it. The same is not told again."""
        told = read_json(body, DifferenceEnding)
        return answer(watch.end(code, told.kind, told.reason))

    return routes
