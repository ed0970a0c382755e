"""What is known of the Registry's log, and the end of an alarm (S216-12a)."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Response

from sez.registry_log.watching import LogWatch
from shared_contracts.http.api import Data, answer, read_json


class AlarmEnding(msgspec.Struct, frozen=True, kw_only=True):
    """What the person who looked into it found."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


def router(watch: LogWatch) -> APIRouter:
    """The routes under ``/api/v1/registry-log``."""
    routes = APIRouter(tags=["synchronisation"])

    @routes.get("/api/v1/registry-log")
    def known() -> Response:
        """How far the Registry's log is proven, since when, and the alarm that is not ended."""
        return answer(watch.current().state)

    @routes.post("/api/v1/registry-log")
    def compare() -> Response:
        """Have the Registry prove now that its log begins with all that was seen of it."""
        return answer(watch.compare())

    @routes.post("/api/v1/registry-log/end")
    def end(body: Data) -> Response:
        """End the alarm: a person looked into it. The log is watched anew from then on."""
        return answer(watch.end(read_json(body, AlarmEnding).reason))

    return routes
