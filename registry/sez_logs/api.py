"""What is known of the logs of the systems, and the end of an alarm (S216-12b)."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Response

from registry.sez_logs.watching import SezLogWatch
from shared_contracts.http.api import Data, answer, read_json


class SezAlarmEnding(msgspec.Struct, frozen=True, kw_only=True):
    """What the person who looked into it found."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


def router(watch: SezLogWatch) -> APIRouter:
    """The routes under ``/api/v1/sez-logs``."""
    routes = APIRouter(tags=["log"])

    @routes.get("/api/v1/sez-logs")
    def shown() -> Response:
        """The logs of the systems: how far each is proven, and the alarms that are not ended."""
        return answer(watch.shown())

    @routes.post("/api/v1/sez-logs/{code}")
    def compare(code: str) -> Response:
        """Have a system prove now that its log begins with what is known of it."""
        return answer(watch.compare(code))

    @routes.post("/api/v1/sez-logs/{code}/end")
    def end(code: str, body: Data) -> Response:
        """End an alarm: a person looked into it. The log is watched anew from then on."""
        return answer(watch.end(code, read_json(body, SezAlarmEnding).reason))

    return routes
