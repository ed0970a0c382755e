"""Lists of bids over HTTP: formed from what the platform took, signed by the system."""

from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.bid_lists import versions
from sez.bid_lists.bid_list import UnformedBidList
from sez.publication import publish as publishing
from sez.publication.api import shown
from sez.publication.publish import DocumentPublisher
from sez.publication.signers import Users
from shared_contracts.errors import Absent
from shared_contracts.http.api import Data, read_json, values_given
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BID_LIST, Bid


class BidListing(msgspec.Struct, kw_only=True):
    """All bids for a purchase as they stand at a moment, now unless said; why, after the first."""

    purchase_id: UUID
    as_of: datetime | None = None
    final: bool = False
    bids: tuple[Bid, ...] = ()
    reason: str = ""


class ListDeletion(msgspec.Struct, kw_only=True):
    """Why the list is deleted."""

    reason: str


class ListWithdrawal(msgspec.Struct, kw_only=True):
    """Which refused version is taken back, with all after it, and why."""

    version: int
    reason: str


def router(publisher: DocumentPublisher, _users: Users) -> APIRouter:
    """The routes under ``/api/v1/bid-lists``."""
    routes, publisher = APIRouter(tags=["bid lists"]), publisher.of(BID_LIST)

    def formed(object_id: UUID, data: bytes, status: int = 200) -> Response:
        asked = read_json(data, BidListing)
        with values_given():
            at = asked.as_of or publisher.clock()
            maker = versions.listing(
                asked.purchase_id, at, asked.bids, final=asked.final, reason=asked.reason
            )
            return shown(publishing.publish(publisher, object_id, maker), status)

    @routes.post("/api/v1/bid-lists", status_code=201)
    def form(data: Data) -> Response:
        """Form and sign the first list of a purchase: from now on the hour runs."""
        return formed(uuid7(), data, 201)

    @routes.get("/api/v1/bid-lists/{object_id}")
    def bid_list(object_id: UUID) -> Response:
        """Show where a list stands."""
        at = publisher.current_state(object_id)
        if isinstance(at.state, UnformedBidList):
            raise Absent(f"no list of bids {object_id}")
        return shown(at)

    @routes.post("/api/v1/bid-lists/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Form and sign the next list: the whole of it, as it shall stand."""
        return formed(object_id, data)

    @routes.post("/api/v1/bid-lists/{object_id}/deletion")
    def delete(object_id: UUID, data: Data) -> Response:
        """Delete the list; its history stays in the Registry."""
        asked = read_json(data, ListDeletion)
        with values_given():
            maker = versions.deletion(asked.reason, publisher.clock())
            return shown(publishing.publish(publisher, object_id, maker))

    @routes.post("/api/v1/bid-lists/{object_id}/withdrawal")
    def withdraw(object_id: UUID, data: Data) -> Response:
        """Take a refused version back, and what followed it, to form it anew."""
        asked = read_json(data, ListWithdrawal)
        with values_given():
            return shown(publishing.withdraw(publisher, object_id, asked.version, asked.reason))

    return routes
