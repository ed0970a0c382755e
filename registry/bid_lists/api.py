"""Lists of bids for those who may look: listed, shown with history (S216-A3.1e)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from registry.bid_lists import listing
from registry.bid_lists.bid_list import UnknownBidList
from registry.bid_lists.kind import OBJECTS
from registry.records.history import as_of
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer

Moment = Annotated[str | None, Query(json_schema_extra={"format": "date-time"})]
"""A moment in a query, as ISO 8601 writes it: a bare number is none."""


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/bid-lists``; ``ensure_known``: 404 for unknown systems."""
    routes = APIRouter(tags=["bid lists"])

    @routes.get("/api/v1/bid-lists")
    def bid_lists(
        sez: str | None = None,
        purchase: UUID | None = None,
        status: str | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """List lists of bids, of a SEZ, a purchase or a status; `after` is the last id before."""
        if sez is not None:
            ensure_known(sez)
        return answer(listing.bid_lists(log, (sez, purchase, status, after), limit))

    @routes.get("/api/v1/bid-lists/{registry_id}")
    def bid_list(registry_id: UUID, at: Moment = None) -> Response:
        """Show a list: its bids as they stand, its state and versions, now or as of `at`."""
        state, history = as_of(log, OBJECTS, registry_id, at)
        known = () if isinstance(state, UnknownBidList) else state.bids
        bids = [msgspec.to_builtins(bid) | {"status": bid.standing} for bid in known]
        return answer({"state": state, "bids": bids, "history": history})

    return routes
