"""How late versions came (S216-18.3), and what all kinds of record show to those who may look."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry.records import listing
from registry.records.history import as_of
from registry.records.record import shown
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer
from shared_contracts.messages.notice import AnnouncedWorks
from shared_contracts.rules.hour import is_excused

Moment = Annotated[str | None, Query(json_schema_extra={"format": "date-time"})]
"""A moment in a query, as ISO 8601 writes it: a bare number is none."""

Limit = Annotated[int, Query(ge=1, le=1000)]
"""At most how many rows a page has."""


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


def told(
    log: EventLog, kind: ObjectKind[Any], registry_id: UUID, at: str | None = None
) -> Response:
    """An object as it stands, or stood at a moment, with its versions; 404 if there is none."""
    state, history = as_of(log, kind, registry_id, at)
    return answer({"state": state, "history": [shown(one) for one in history]})


def _late(one: listing.RecordedVersionRow, works: Collection[AnnouncedWorks]) -> dict[str, object]:
    return asdict(one) | {"excused": is_excused(one.formed_at, one.received_at, works)}
