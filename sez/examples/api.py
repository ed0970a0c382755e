"""Examples over HTTP: a realistic purchase to begin with, and a package for others to post."""

from uuid import UUID

from fastapi import APIRouter, Response

from sez.examples.making import ExampleRequest, Examples
from sez.synchronisation import listing
from sez.synchronisation.forming import Forming
from shared_contracts.errors import BadInput, RefusedByRule
from shared_contracts.http.api import Data, answer, said, values_given
from shared_contracts.identifiers import uuid7


def router(examples: Examples, forming: Forming) -> APIRouter:
    """The routes under ``/api/v1/examples``."""
    routes = APIRouter(tags=["examples"])

    def made(data: bytes, object_id: UUID) -> UUID:
        with values_given():
            try:
                return examples.announce(said(data, ExampleRequest), object_id)
            except KeyError as unknown:
                told = f"no example {unknown}; there are {examples.names}"
                raise BadInput(told) from None

    @routes.post("/api/v1/examples/tenders", status_code=201)
    def announce(data: Data) -> Response:
        """Draft, sign and announce an example purchase; it is sent to the Registry by itself."""
        return answer({"object_id": made(data, uuid7())}, 201)

    @routes.post("/api/v1/examples/packages", status_code=201)
    def package(data: Data) -> Response:
        """Announce an example and sign its package, for somebody else to post: id and number.

        Its bytes are at `/api/v1/packages/{message_id}/package`.
        """
        object_id = uuid7()
        with forming.holding(object_id):
            made(data, object_id)
            forming.form_held(object_id)
        [version] = listing.versions_of(forming.log, object_id)
        packed = listing.package(forming.log, version.message_id) if version.message_id else None
        if packed is None:
            raise RefusedByRule(f"tender {object_id} is announced, and no package is formed")
        told = {"message_id": packed.message_id, "sequence": packed.sequence}
        return answer({"object_id": object_id, **told}, 201)

    return routes
