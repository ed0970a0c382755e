"""Lists of those who took the documentation over HTTP: formed and signed by the system."""

from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.download_lists import versions
from sez.download_lists.download_list import UnformedDownloadList
from sez.publication import publish as publishing
from sez.publication.api import shown
from sez.publication.publish import DocumentPublisher
from sez.publication.signers import Users
from shared_contracts.errors import Absent
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


class DownloadsDeletion(msgspec.Struct, kw_only=True):
    """Why the list is deleted."""

    reason: str


class DownloadsWithdrawal(msgspec.Struct, kw_only=True):
    """Which refused version is taken back, with all after it, and why."""

    version: int
    reason: str


def router(publisher: DocumentPublisher, _users: Users) -> APIRouter:
    """The routes under ``/api/v1/download-lists``."""
    routes, publisher = APIRouter(tags=["download lists"]), publisher.of(DOWNLOAD_LIST)

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

    @routes.get("/api/v1/download-lists/{object_id}")
    def download_list(object_id: UUID) -> Response:
        """Show where a list stands."""
        at = publisher.current_state(object_id)
        if isinstance(at.state, UnformedDownloadList):
            raise Absent(f"no list of downloads {object_id}")
        return shown(at)

    @routes.post("/api/v1/download-lists/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Form and sign the next list: all, or what came since."""
        return formed(object_id, data)

    @routes.post("/api/v1/download-lists/{object_id}/deletion")
    def delete(object_id: UUID, data: Data) -> Response:
        """Delete the list; its history stays in the Registry."""
        asked = read_json(data, DownloadsDeletion)
        with values_given():
            maker = versions.deletion(asked.reason, publisher.clock())
            return shown(publishing.publish(publisher, object_id, maker))

    @routes.post("/api/v1/download-lists/{object_id}/withdrawal")
    def withdraw(object_id: UUID, data: Data) -> Response:
        """Take a refused version back, and what followed it, to form it anew."""
        asked = read_json(data, DownloadsWithdrawal)
        with values_given():
            return shown(publishing.withdraw(publisher, object_id, asked.version, asked.reason))

    return routes
