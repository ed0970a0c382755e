"""Programmes of this SEZ over HTTP: loaded, changed, deleted (S216-9.8)."""

from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.programmes import versions
from sez.programmes.programme import UnsignedProgramme
from sez.publication import publish as publishing
from sez.publication.api import SigningRequest, shown
from sez.publication.publish import DocumentPublisher
from sez.publication.signers import Users
from shared_contracts.errors import Absent
from shared_contracts.http.api import Data, read_json, values_given
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.programme import PROGRAMME, Programme


class ProgrammeRequest(SigningRequest, kw_only=True):
    """The whole programme as it shall stand; its `act` is made anew."""

    programme: Programme


class ProgrammeWithdrawal(msgspec.Struct, kw_only=True):
    """Which refused version is taken back, with all after it, and why."""

    version: int
    reason: str


def router(publisher: DocumentPublisher, users: Users) -> APIRouter:
    """The routes under ``/api/v1/programmes``."""
    routes, publisher = APIRouter(tags=["programmes"]), publisher.of(PROGRAMME)

    def published(
        object_id: UUID, maker: versions.Maker, signed: SigningRequest, status: int = 200
    ) -> Response:
        with values_given():
            signers = [users.signer(name) for name in signed.signers]
            return shown(publishing.publish(publisher, object_id, maker, signers), status)

    @routes.post("/api/v1/programmes", status_code=201)
    def load(data: Data) -> Response:
        """Sign a new programme; it is sent to the Registry by itself."""
        signed = read_json(data, ProgrammeRequest)
        return published(uuid7(), versions.loading(signed.programme), signed, 201)

    @routes.get("/api/v1/programmes/{object_id}")
    def programme(object_id: UUID) -> Response:
        """Show where a programme stands."""
        at = publisher.current_state(object_id)
        if isinstance(at.state, UnsignedProgramme):
            raise Absent(f"no programme {object_id}")
        return shown(at)

    @routes.post("/api/v1/programmes/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Change a programme: the whole of it, as it shall stand; the Registry is asked first."""
        signed = read_json(data, ProgrammeRequest)
        return published(object_id, versions.change(signed.programme, signed.reason), signed)

    @routes.post("/api/v1/programmes/{object_id}/deletion")
    def delete(object_id: UUID, data: Data) -> Response:
        """Delete a programme; its history stays in the Registry."""
        signed = read_json(data, SigningRequest)
        with values_given():
            maker = versions.deletion(signed.reason, publisher.clock(), signed.signers[0])
        return published(object_id, maker, signed)

    @routes.post("/api/v1/programmes/{object_id}/withdrawal")
    def withdraw(object_id: UUID, data: Data) -> Response:
        """Take a refused version back, and what followed it, to form it anew."""
        asked = read_json(data, ProgrammeWithdrawal)
        with values_given():
            return shown(publishing.withdraw(publisher, object_id, asked.version, asked.reason))

    return routes
