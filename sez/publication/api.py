"""The publisher over HTTP: documents that were signed elsewhere, and what every kind answers."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Response

from sez.publication.publish import DocumentPublisher, take_signed
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.http.api import Data, answer, values_given


class SigningRequest(msgspec.Struct, kw_only=True):
    """By whom a version is signed, in turn: names of users whose keys are here."""

    signers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=20)]
    reason: str = ""


def router(publisher: DocumentPublisher) -> APIRouter:
    """The route ``/api/v1/documents``."""
    routes = APIRouter(tags=["tenders"])

    @routes.post("/api/v1/documents", status_code=201)
    def signed_document(data: Data) -> Response:
        """Take a business document signed elsewhere: its bytes travel to the Registry untouched."""
        with values_given():
            return shown(take_signed(publisher, data), 201)

    return routes


def shown(at: AggregateState[Any], status: int = 200) -> Response:
    """The present state of an object as an HTTP answer."""
    return answer(
        {"object_id": at.key.object_id, "status": at.state.status, "state": at.state}, status
    )
