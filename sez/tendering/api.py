"""Tenders over HTTP: drafts, signed versions, files (S216-9.1, S216-A3.1a-d, h, i)."""

from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.publication import publish as publishing
from sez.publication.api import SigningRequest, shown
from sez.publication.publish import DocumentPublisher
from sez.publication.signers import Users
from sez.tendering import versions
from sez.tendering.tender import Draft, UnknownTender
from shared_contracts.errors import Absent
from shared_contracts.http.api import Data, read_json, values_given
from shared_contracts.identifiers import uuid7
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


class VersionWithdrawal(msgspec.Struct, kw_only=True):
    """Which refused version is taken back, with all after it, and why."""

    version: int
    reason: str


def router(publisher: DocumentPublisher, users: Users) -> APIRouter:
    """The routes under ``/api/v1/drafts`` and ``/api/v1/tenders``."""
    routes, publisher = APIRouter(tags=["tenders"]), publisher.of(PURCHASE)

    def drafted(object_id: UUID, document: Purchase) -> publishing.AnyState:
        return publishing.ask(publisher, object_id, Draft(object_id, document, publisher.clock()))

    def published(object_id: UUID, maker: versions.Maker, signed: SigningRequest) -> Response:
        with values_given():
            signers = [users.signer(name) for name in signed.signers]
            return shown(publishing.publish(publisher, object_id, maker, signers))

    @routes.post("/api/v1/drafts", status_code=201)
    def draft(data: Data) -> Response:
        """Write a draft of a purchase down; its `act` is made anew when it is signed."""
        document = read_json(data, Purchase)
        with values_given():
            return shown(drafted(uuid7(), document), 201)

    @routes.put("/api/v1/drafts/{object_id}")
    def redraft(object_id: UUID, data: Data) -> Response:
        """Replace a draft."""
        document = read_json(data, Purchase)
        with values_given():
            return shown(drafted(object_id, document))

    @routes.get("/api/v1/tenders/{object_id}")
    def tender(object_id: UUID) -> Response:
        """Show where a tender stands."""
        at = publisher.current_state(object_id)
        if isinstance(at.state, UnknownTender):
            raise Absent(f"no tender {object_id}")
        return shown(at)

    @routes.post("/api/v1/tenders/{object_id}/announcement")
    def announce(object_id: UUID, data: Data) -> Response:
        """Sign and announce the draft: from now on the hour runs."""
        signed = read_json(data, SigningRequest)
        return published(object_id, versions.announcement(), signed)

    @routes.post("/api/v1/tenders/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Change the purchase: the whole of it, as it shall stand."""
        signed = read_json(data, Changed)
        return published(object_id, versions.change(signed.purchase, signed.reason), signed)

    @routes.post("/api/v1/tenders/{object_id}/documentation")
    def documentation(object_id: UUID, data: Data) -> Response:
        """Change the tender documentation: the complete list of files."""
        signed = read_json(data, DocumentationRequest)
        maker = versions.documentation(signed.documents, signed.reason)
        return published(object_id, maker, signed)

    @routes.post("/api/v1/tenders/{object_id}/extension")
    def extend(object_id: UUID, data: Data) -> Response:
        """Move the end of bidding to a later moment."""
        signed = read_json(data, Extended)
        maker = versions.extension(
            signed.bids_to, signed.opening_at, signed.reason, signed.decided_by
        )
        return published(object_id, maker, signed)

    @routes.post("/api/v1/tenders/{object_id}/end")
    def end(object_id: UUID, data: Data) -> Response:
        """Declare the purchase failed or cancelled, with its ground."""
        signed = read_json(data, EndDeclared)
        return published(object_id, versions.end(signed.kind, signed.ground, signed.reason), signed)

    @routes.post("/api/v1/tenders/{object_id}/deletion")
    def delete(object_id: UUID, data: Data) -> Response:
        """Delete the purchase; its history stays in the Registry."""
        signed = read_json(data, SigningRequest)
        with values_given():
            maker = versions.deletion(signed.reason, publisher.clock(), signed.signers[0])
        return published(object_id, maker, signed)

    @routes.post("/api/v1/tenders/{object_id}/withdrawal")
    def withdraw(object_id: UUID, data: Data) -> Response:
        """Take a refused version back, and what followed it, to form it anew."""
        asked = read_json(data, VersionWithdrawal)
        with values_given():
            return shown(publishing.withdraw(publisher, object_id, asked.version, asked.reason))

    return routes
