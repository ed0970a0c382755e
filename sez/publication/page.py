"""The desk over HTTP: drafts, signed versions, files (S216-9.1, S216-A3.1a-d, h, i)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, HTTPException, Response

from sez.publication import publish as desk_of
from sez.publication.publish import Desk, NotFit
from sez.publication.signers import UnknownUser, Users
from sez.tendering import versions
from sez.tendering.tender import NotPossible, Unknown
from sez.time_sync.drift import ClockOff
from shared_contracts.api import Data, answer, said
from shared_contracts.event_log.decider import Standing
from shared_contracts.faults import Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Document, Ground
from shared_contracts.messages.purchase import Purchase
from shared_contracts.signing.report import SignatureRefused


class Signed(msgspec.Struct, kw_only=True):
    """By whom a version is signed, in turn: names of users whose keys are here."""

    signers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=20)]
    reason: str = ""


class Changed(Signed, kw_only=True):
    """The whole purchase as it shall stand."""

    purchase: Purchase


class DocumentationChanged(Signed, kw_only=True):
    """All files of the purchase as they shall stand."""

    documents: tuple[Document, ...]


class Extended(Signed, kw_only=True):
    """A later end of bidding, and of opening."""

    bids_to: datetime
    opening_at: datetime | None = None
    decided_by: str


class EndDeclared(Signed, kw_only=True):
    """FAILED or CANCELLED, with its ground."""

    kind: str
    ground: Ground


class Withdrawn(msgspec.Struct, kw_only=True):
    """Which refused version is taken back, with all after it, and why."""

    version: int
    reason: str


def router(desk: Desk, users: Users) -> APIRouter:
    """The routes under ``/api/v1/drafts``, ``/api/v1/tenders`` and ``/api/v1/documents``."""
    routes = APIRouter(tags=["tenders"])

    def published(object_id: UUID, maker: versions.Maker, signed: Signed) -> Response:
        with _refusals():
            signers = [users.signer(name) for name in signed.signers]
            return _shown(desk_of.publish(desk, object_id, maker, signers))

    @routes.post("/api/v1/drafts", status_code=201)
    def draft(data: Data) -> Response:
        """Write a draft of a purchase down; its `act` is made anew when it is signed."""
        document = said(data, Purchase)
        with _refusals():
            return _shown(desk_of.draft(desk, uuid7(), document), 201)

    @routes.put("/api/v1/drafts/{object_id}")
    def redraft(object_id: UUID, data: Data) -> Response:
        """Replace a draft."""
        document = said(data, Purchase)
        with _refusals():
            return _shown(desk_of.draft(desk, object_id, document))

    @routes.get("/api/v1/tenders/{object_id}")
    def tender(object_id: UUID) -> Response:
        """Show where a tender stands."""
        at = desk.standing(object_id)
        if isinstance(at.state, Unknown):
            raise HTTPException(404, f"no tender {object_id}")
        return _shown(at)

    @routes.post("/api/v1/tenders/{object_id}/announcement")
    def announce(object_id: UUID, data: Data) -> Response:
        """Sign and announce the draft: from now on the hour runs."""
        signed = said(data, Signed)
        return published(object_id, versions.announcement(), signed)

    @routes.post("/api/v1/tenders/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Change the purchase: the whole of it, as it shall stand."""
        signed = said(data, Changed)
        return published(object_id, versions.change(signed.purchase, signed.reason), signed)

    @routes.post("/api/v1/tenders/{object_id}/documentation")
    def documentation(object_id: UUID, data: Data) -> Response:
        """Change the tender documentation: the complete list of files."""
        signed = said(data, DocumentationChanged)
        maker = versions.documentation(signed.documents, signed.reason)
        return published(object_id, maker, signed)

    @routes.post("/api/v1/tenders/{object_id}/extension")
    def extend(object_id: UUID, data: Data) -> Response:
        """Move the end of bidding to a later moment."""
        signed = said(data, Extended)
        maker = versions.extension(
            signed.bids_to, signed.opening_at, signed.reason, signed.decided_by
        )
        return published(object_id, maker, signed)

    @routes.post("/api/v1/tenders/{object_id}/end")
    def end(object_id: UUID, data: Data) -> Response:
        """Declare the purchase failed or cancelled, with its ground."""
        signed = said(data, EndDeclared)
        return published(object_id, versions.end(signed.kind, signed.ground, signed.reason), signed)

    @routes.post("/api/v1/tenders/{object_id}/deletion")
    def delete(object_id: UUID, data: Data) -> Response:
        """Delete the purchase; its history stays in the Registry."""
        signed = said(data, Signed)
        with _refusals():
            maker = versions.deletion(signed.reason, desk.clock(), signed.signers[0])
        return published(object_id, maker, signed)

    @routes.post("/api/v1/tenders/{object_id}/withdrawal")
    def withdraw(object_id: UUID, data: Data) -> Response:
        """Take a refused version back, and what followed it, to form it anew."""
        asked = said(data, Withdrawn)
        with _refusals():
            return _shown(desk_of.withdraw(desk, object_id, asked.version, asked.reason))

    @routes.post("/api/v1/documents", status_code=201)
    def signed_document(data: Data) -> Response:
        """Take a business document signed elsewhere: its bytes travel to the Registry untouched."""
        with _refusals():
            return _shown(desk_of.take_signed(desk, data), 201)

    return routes


@contextmanager
def _refusals() -> Iterator[None]:
    """Lawful refusals as HTTP answers which say what is wrong and how to mend it."""
    try:
        yield
    except NotFit as refusal:
        findings = msgspec.to_builtins(refusal.findings)
        raise HTTPException(422, {"findings": findings}) from refusal
    except (NotPossible, ClockOff) as refusal:
        raise HTTPException(409, str(refusal)) from refusal
    except (UnknownUser, SignatureRefused, Unprocessed, ValueError) as refusal:
        # ValueError: a value that no document can hold, such as NaN or a moment without offset
        raise HTTPException(422, str(refusal)) from refusal


def _shown(at: Standing[Any], status: int = 200) -> Response:
    return answer(
        {"object_id": at.key.object_id, "status": at.state.status, "state": at.state}, status
    )
