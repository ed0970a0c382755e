"""How late versions came, for those who may look (S216-18.3)."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from registry.records import listing
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer
from shared_contracts.messages.notice import AnnouncedWorks
from shared_contracts.rules.hour import is_excused


def router(log: EventLog, ensure_known: Callable[[str], None], works: listing.Works) -> APIRouter:
    """The routes under ``/api/v1/lateness``; ``ensure_known``: 404 for unknown systems."""
    routes = APIRouter(tags=["purchases"])

    @routes.get("/api/v1/lateness")
    def lateness() -> Response:
        """How punctual every SEZ is: versions, late, excused; median and longest delay, s."""
        return answer(listing.lateness(log, works))

    @routes.get("/api/v1/lateness/{sez}")
    def late(sez: str, limit: Annotated[int, Query(ge=1, le=10000)] = 1000) -> Response:
        """What came late from a SEZ, latest first; `excused` where announced works are to blame."""
        ensure_known(sez)
        announced = works(sez)
        return answer([_late(one, announced) for one in listing.late_versions(log, sez, limit)])

    return routes


def _late(one: listing.RecordedVersionRow, works: Collection[AnnouncedWorks]) -> dict[str, object]:
    return asdict(one) | {"excused": is_excused(one.formed_at, one.received_at, works)}
