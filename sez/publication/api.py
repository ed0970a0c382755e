"""The publisher over HTTP: documents that were signed elsewhere, and what every kind answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, HTTPException, Response

from sez.publication.checked_document import NotPublishable
from sez.publication.publish import DocumentPublisher, take_signed
from sez.publication.signers import UnknownUser
from sez.records.version import NotPossible
from sez.time_sync.drift import ClockOff
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.faults import Unprocessed
from shared_contracts.http.api import Data, answer
from shared_contracts.signing.report import SignatureRefused


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
        with refusals():
            return shown(take_signed(publisher, data), 201)

    return routes


@contextmanager
def refusals() -> Iterator[None]:
    """Lawful refusals as HTTP answers which say what is wrong and how to mend it."""
    try:
        yield
    except NotPublishable as refusal:
        findings = msgspec.to_builtins(refusal.findings)
        raise HTTPException(422, {"findings": findings}) from refusal
    except (NotPossible, ClockOff) as refusal:
        raise HTTPException(409, str(refusal)) from refusal
    except (UnknownUser, SignatureRefused, Unprocessed, ValueError) as refusal:
        # ValueError: a value that no document can hold, such as NaN or a moment without offset
        raise HTTPException(422, str(refusal)) from refusal


def shown(at: AggregateState[Any], status: int = 200) -> Response:
    """The present state of an object as an HTTP answer."""
    return answer(
        {"object_id": at.key.object_id, "status": at.state.status, "state": at.state}, status
    )
