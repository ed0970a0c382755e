"""Lists of those who took the documentation over HTTP: formed and signed by the system."""

from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.download_lists import versions
from sez.publication import publish as publishing
from sez.publication.api import VersionRoutes, shown
from sez.publication.publish import DocumentPublisher
from sez.publication.signers import Users
from shared_contracts.http.api import Data, read_json, values_given
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.download_list import DOWNLOAD_LIST, Download


class DownloadListing(msgspec.Struct, kw_only=True):
    """Who took the documentation until a moment, now unless said; why, after the first list."""

    purchase_id: UUID
    as_of: datetime | None = None
    incremental: bool = False
    downloads: tuple[Download, ...] = ()
    reason: str = ""


def router(publisher: DocumentPublisher, users: Users) -> APIRouter:
    """The routes under ``/api/v1/download-lists``."""
    routes, publisher = APIRouter(tags=["download lists"]), publisher.of(DOWNLOAD_LIST)
    kind = VersionRoutes(
        routes=routes,
        publisher=publisher,
        users=users,
        address="download-lists",
        noun="list of downloads",
    )

    def formed(object_id: UUID, data: bytes, status: int = 200) -> Response:
        asked = read_json(data, DownloadListing)
        with values_given():
            at = asked.as_of or publisher.clock()
            taken = versions.Downloaded(asked.purchase_id, at, asked.downloads, asked.incremental)
            maker = versions.listing(taken, asked.reason)
            return shown(publishing.publish(publisher, object_id, maker), status)

    @routes.post("/api/v1/download-lists", status_code=201)
    def form(data: Data) -> Response:
        """Form and sign the first list of a purchase: from now on the hour runs."""
        return formed(uuid7(), data, 201)

    kind.add_show("download_list")

    @routes.post("/api/v1/download-lists/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Form and sign the next list: all, or what came since."""
        return formed(object_id, data)

    kind.add_system_deletion(versions.deletion)
    kind.add_withdrawal()
    return routes
