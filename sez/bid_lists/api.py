"""Lists of bids over HTTP: formed from what the platform took, signed by the system."""

from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.bid_lists import versions
from sez.publication import publish as publishing
from sez.publication.api import VersionRoutes, shown
from sez.publication.publish import DocumentPublisher
from sez.publication.signers import Users
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


def router(publisher: DocumentPublisher, users: Users) -> APIRouter:
    """The routes under ``/api/v1/bid-lists``."""
    routes, publisher = APIRouter(tags=["bid lists"]), publisher.of(BID_LIST)
    kind = VersionRoutes(
        routes=routes, publisher=publisher, users=users, address="bid-lists", noun="list of bids"
    )

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

    kind.add_show("bid_list")

    @routes.post("/api/v1/bid-lists/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Form and sign the next list: the whole of it, as it shall stand."""
        return formed(object_id, data)

    kind.add_system_deletion(versions.deletion)
    kind.add_withdrawal()
    return routes
