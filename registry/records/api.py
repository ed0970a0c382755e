"""How late versions came (S216-18.3), and what all kinds of record show to those who may look."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, TypeAlias
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

Rows: TypeAlias = Callable[[EventLog, Mapping[str, object], int], Sequence[object]]
"""Gives the rows of a listing by what is asked, at most a number of them."""


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


def page(
    log: EventLog,
    ensure_known: Callable[[str], None],
    rows: Rows,
    asked: Mapping[str, object],
    limit: int,
) -> Response:
    """A page of at most ``limit`` ``rows``, by what is ``asked``; 404 for an unknown system."""
    sez = asked.get("sez")
    if isinstance(sez, str):
        ensure_known(sez)
    return answer(rows(log, asked, limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRoutes:
    """The routes ``/api/v1/ADDRESS`` of a kind of list on a purchase.

    ``of`` is what it lists; ``rows`` are those of its listing, ``parts`` what is shown of a
    list beside its state and its versions.
    """

    kind: ObjectKind[Any]
    address: str
    of: str
    rows: Rows
    parts: Callable[[Any], Mapping[str, object]] = lambda _state: {}

    def router(self, log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
        """The routes; ``ensure_known``: 404 for unknown systems."""
        routes = APIRouter(tags=[self.address.replace("-", " ")])
        name = self.address.replace("-", "_")
        about = f"List lists of {self.of}, of a SEZ, a purchase or a status"
        after_is = "`after` is the last id of the page before."

        @routes.get(f"/api/v1/{self.address}", name=name, description=f"{about}; {after_is}")
        def lists(
            sez: str | None = None,
            purchase: UUID | None = None,
            status: str | None = None,
            after: UUID | None = None,
            limit: Limit = 100,
        ) -> Response:
            asked = {"sez": sez, "purchase": purchase, "status": status, "after": after}
            return page(log, ensure_known, self.rows, asked, limit)

        @routes.get(f"/api/v1/{self.address}/{{registry_id}}", name=name.removesuffix("s"))
        def one_list(registry_id: UUID, at: Moment = None) -> Response:
            """Show a list: its state and its versions, now or as of the moment `at`."""
            state, history = as_of(log, self.kind, registry_id, at)
            versions = [shown(one) for one in history]
            return answer({"state": state, **self.parts(state), "history": versions})

        return routes


def told(
    log: EventLog, kind: ObjectKind[Any], registry_id: UUID, at: str | None = None
) -> Response:
    """An object as it stands, or stood at a moment, with its versions; 404 if there is none."""
    state, history = as_of(log, kind, registry_id, at)
    return answer({"state": state, "history": [shown(one) for one in history]})


def _late(one: listing.RecordedVersionRow, works: Collection[AnnouncedWorks]) -> dict[str, object]:
    return asdict(one) | {"excused": is_excused(one.formed_at, one.received_at, works)}
