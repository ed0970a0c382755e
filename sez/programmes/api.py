"""Programmes of this SEZ over HTTP: loaded, changed, deleted (S216-9.8)."""

from uuid import UUID

from fastapi import APIRouter, Response

from sez.programmes import versions
from sez.publication.api import VersionRoutes
from sez.publication.publisher import DocumentPublisher
from sez.publication.signers import SigningRequest, Users
from shared_contracts.http.api import Data, read_json
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.programme import PROGRAMME, Programme


class ProgrammeRequest(SigningRequest, kw_only=True):
    """The whole programme as it shall stand; its `act` is made anew."""

    programme: Programme


def router(publisher: DocumentPublisher, users: Users) -> APIRouter:
    """The routes under ``/api/v1/programmes``."""
    routes, publisher = APIRouter(tags=["programmes"]), publisher.of(PROGRAMME)
    kind = VersionRoutes(
        routes=routes, publisher=publisher, users=users, address="programmes", noun="programme"
    )

    @routes.post("/api/v1/programmes", status_code=201)
    def load(data: Data) -> Response:
        """Sign a new programme; it is sent to the Registry by itself."""
        signed = read_json(data, ProgrammeRequest)
        return kind.published(uuid7(), versions.loading(signed.programme), signed, 201)

    kind.add_files()
    kind.add_show("programme")

    @routes.post("/api/v1/programmes/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Change a programme: the whole of it, as it shall stand; the Registry is asked first."""
        signed = read_json(data, ProgrammeRequest)
        return kind.published(object_id, versions.change(signed.programme, signed.reason), signed)

    kind.add_deletion(versions.deletion)
    kind.add_withdrawal()
    return routes
