"""Lists of bids for those who may look: listed, shown with history (S216-A3.1e)."""

from collections.abc import Callable
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from registry.bid_lists import listing
from registry.bid_lists.bid_list import UnknownBidList
from registry.bid_lists.kind import OBJECTS
from registry.records.api import Limit, Moment
from registry.records.history import as_of
from registry.records.record import shown
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/bid-lists``; ``ensure_known``: 404 for unknown systems."""
    routes = APIRouter(tags=["bid lists"])

    @routes.get("/api/v1/bid-lists")
    def bid_lists(
        sez: str | None = None,
        purchase: UUID | None = None,
        status: str | None = None,
        after: UUID | None = None,
        limit: Limit = 100,
    ) -> Response:
        """List lists of bids, of a SEZ, a purchase or a status; `after` is the last id before."""
        if sez is not None:
            ensure_known(sez)
        asked = {"sez": sez, "purchase": purchase, "status": status, "after": after}
        return answer(listing.bid_lists(log, asked, limit))

    @routes.get("/api/v1/bid-lists/{registry_id}")
    def bid_list(registry_id: UUID, at: Moment = None) -> Response:
        """Show a list: its bids as they stand, its state and versions, now or as of `at`."""
        state, history = as_of(log, OBJECTS, registry_id, at)
        known = () if isinstance(state, UnknownBidList) else state.bids
        bids = [msgspec.to_builtins(bid) | {"status": bid.standing} for bid in known]
        return answer({"state": state, "bids": bids, "history": [shown(one) for one in history]})

    return routes
