"""Tenders over HTTP: drafts, signed versions, files (S216-9.1, S216-A3.1a-d, h, i)."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from sez.publication.api import VersionRoutes
from sez.publication.publisher import DocumentPublisher
from sez.publication.signers import SigningRequest, Users
from sez.tendering import versions
from shared_contracts.http.api import Data, read_json
from shared_contracts.messages.document import Document, Ground
from shared_contracts.messages.purchase import PURCHASE, Purchase


class Changed(SigningRequest, kw_only=True):
    """The whole purchase as it shall stand."""

    purchase: Purchase


class DocumentationRequest(SigningRequest, kw_only=True):
    """All files of the purchase as they shall stand."""

    documents: tuple[Document, ...]


class Extended(SigningRequest, kw_only=True):
    """A later end of bidding, and of opening."""

    bids_to: datetime
    opening_at: datetime | None = None
    decided_by: str


class EndDeclared(SigningRequest, kw_only=True):
    """FAILED or CANCELLED, with its ground."""

    kind: str
    ground: Ground


def router(publisher: DocumentPublisher, users: Users) -> APIRouter:
    """The routes under ``/api/v1/drafts`` and ``/api/v1/tenders``."""
    routes, publisher = APIRouter(tags=["tenders"]), publisher.of(PURCHASE)
    kind = VersionRoutes(
        routes=routes, publisher=publisher, users=users, address="tenders", noun="tender"
    )

    kind.add_drafts(Purchase, "purchase", "drafts")
    kind.add_show("tender")

    @routes.post("/api/v1/tenders/{object_id}/announcement")
    def announce(object_id: UUID, data: Data) -> Response:
        """Sign and announce the draft: from now on the hour runs."""
        signed = read_json(data, SigningRequest)
        return kind.published(object_id, versions.announcement(), signed)

    @routes.post("/api/v1/tenders/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Change the purchase: the whole of it, as it shall stand."""
        signed = read_json(data, Changed)
        return kind.published(object_id, versions.change(signed.purchase, signed.reason), signed)

    @routes.post("/api/v1/tenders/{object_id}/documentation")
    def documentation(object_id: UUID, data: Data) -> Response:
        """Change the tender documentation: the complete list of files."""
        signed = read_json(data, DocumentationRequest)
        maker = versions.documentation(signed.documents, signed.reason)
        return kind.published(object_id, maker, signed)

    @routes.post("/api/v1/tenders/{object_id}/extension")
    def extend(object_id: UUID, data: Data) -> Response:
        """Move the end of bidding to a later moment."""
        signed = read_json(data, Extended)
        maker = versions.extension(
            signed.bids_to, signed.opening_at, signed.reason, signed.decided_by
        )
        return kind.published(object_id, maker, signed)

    @routes.post("/api/v1/tenders/{object_id}/end")
    def end(object_id: UUID, data: Data) -> Response:
        """Declare the purchase failed or cancelled, with its ground."""
        signed = read_json(data, EndDeclared)
        return kind.published(
            object_id, versions.end(signed.kind, signed.ground, signed.reason), signed
        )

    kind.add_deletion(versions.deletion)
    kind.add_withdrawal()
    return routes
