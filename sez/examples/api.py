"""Examples over HTTP: a realistic object to begin with, and a package for others to post."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from sez.examples.making import ExampleRequest, Examples
from sez.synchronisation import listing
from sez.synchronisation.forming import Forming
from shared_contracts.errors import BadInput, RefusedByRule
from shared_contracts.http.api import Data, answer, read_json, values_given
from shared_contracts.identifiers import uuid7


def router(examples: Examples, forming: Forming) -> APIRouter:
    """The routes under ``/api/v1/examples``, one for each kind and one for packages of any."""
    routes = APIRouter(tags=["examples"])

    def made(data: bytes, object_id: UUID, names: tuple[str, ...]) -> dict[str, Any]:
        wanted = read_json(data, ExampleRequest)
        if wanted.example not in names:
            raise BadInput(f"no example {wanted.example!r}; there are {', '.join(names)}")
        with values_given():
            examples.announce(wanted, object_id)
        return examples.made(wanted.example, object_id)

    def announcing(names: tuple[str, ...]) -> Callable[[bytes], Response]:
        def announce(data: Data) -> Response:
            """Announce an example, signed; it is sent to the Registry by itself."""
            return answer(made(data, uuid7(), names), 201)

        return announce

    for kind in examples.kinds:
        address = f"/api/v1/examples/{kind.address}"
        routes.post(address, status_code=201)(announcing(kind.names))

    @routes.post("/api/v1/examples/packages", status_code=201)
    def package(data: Data) -> Response:
        """Announce an example and sign its package, for somebody else to post: id and number.

        Its bytes are at `/api/v1/packages/{message_id}/package`.
        """
        object_id = uuid7()
        with forming.holding(object_id):
            made(data, object_id, examples.names)
            forming.form_held(object_id)
        [version] = listing.versions_of(forming.log, object_id)
        packed = listing.package(forming.log, version.message_id) if version.message_id else None
        if packed is None:
            raise RefusedByRule(f"object {object_id} is announced, and no package is formed")
        told = {"message_id": packed.message_id, "sequence": packed.sequence}
        return answer({"object_id": object_id, **told}, 201)

    return routes
