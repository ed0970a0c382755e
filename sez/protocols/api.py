"""Protocols of a kind over HTTP: drafts, signed versions, deletion (S216-A3.1g-i)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.protocols import versions
from sez.protocols.protocol import DraftProtocol, NoProtocol
from sez.publication import publish as publishing
from sez.publication.api import SigningRequest, shown
from sez.publication.publish import DocumentPublisher
from sez.publication.signers import Users
from shared_contracts.errors import Absent
from shared_contracts.http.api import Data, read_json, values_given
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.protocol import PurchaseProtocol


class ProtocolWithdrawal(msgspec.Struct, kw_only=True):
    """Which refused version is taken back, with all after it, and why."""

    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of a kind: its type of object, its document, the last part of its address."""

    object_type: str
    document: type[PurchaseProtocol]
    amendment: type[Any]
    address: str

    def router(self, publisher: DocumentPublisher, users: Users) -> APIRouter:
        """The routes under ``/api/v1/ADDRESS``."""
        routes, own = APIRouter(tags=["protocols"]), publisher.of(self.object_type)
        self._add_drafts(routes, own)
        self._add_versions(routes, own, users)
        return routes

    def _add_drafts(self, routes: APIRouter, own: DocumentPublisher) -> None:
        address, name = f"/api/v1/{self.address}", self.address.replace("-", "_")

        def drafted(object_id: UUID, data: bytes, status: int = 200) -> Response:
            document = read_json(data, self.document)
            with values_given():
                asked = DraftProtocol(object_id, document, own.clock())
                return shown(publishing.ask(own, object_id, asked), status)

        @routes.post(address, status_code=201, name=f"draft_{name}")
        def draft(data: Data) -> Response:
            """Write a draft of a protocol down; its `act` is made anew when it is signed."""
            return drafted(uuid7(), data, 201)

        @routes.put(f"{address}/{{object_id}}", name=f"redraft_{name}")
        def redraft(object_id: UUID, data: Data) -> Response:
            """Replace a draft."""
            return drafted(object_id, data)

        @routes.get(f"{address}/{{object_id}}", name=f"show_{name}")
        def protocol(object_id: UUID) -> Response:
            """Show where a protocol stands."""
            at = own.current_state(object_id)
            if isinstance(at.state, NoProtocol):
                raise Absent(f"no protocol {object_id} among {self.address}")
            return shown(at)

    def _add_versions(self, routes: APIRouter, own: DocumentPublisher, users: Users) -> None:
        address, name = f"/api/v1/{self.address}/{{object_id}}", self.address.replace("-", "_")

        def published(object_id: UUID, maker: versions.Maker, signed: SigningRequest) -> Response:
            with values_given():
                signers = [users.signer(one) for one in signed.signers]
                return shown(publishing.publish(own, object_id, maker, signers))

        @routes.post(f"{address}/signature", name=f"sign_{name}")
        def sign(object_id: UUID, data: Data) -> Response:
            """Have the draft signed by each member in turn: from now on the hour runs."""
            signed = read_json(data, SigningRequest)
            return published(object_id, versions.whole(self.object_type), signed)

        @routes.post(f"{address}/change", name=f"change_{name}")
        def change(object_id: UUID, data: Data) -> Response:
            """Amend the protocol: the whole of it, as it shall stand, by the same members."""
            signed = read_json(data, self.amendment)
            maker = versions.whole(self.object_type, signed.protocol, signed.reason)
            return published(object_id, maker, signed)

        @routes.post(f"{address}/deletion", name=f"delete_{name}")
        def delete(object_id: UUID, data: Data) -> Response:
            """Delete the protocol; its history stays in the Registry."""
            signed = read_json(data, SigningRequest)
            with values_given():
                by = signed.signers[0]
                maker = versions.deletion(self.object_type, signed.reason, own.clock(), by)
            return published(object_id, maker, signed)

        @routes.post(f"{address}/withdrawal", name=f"withdraw_{name}")
        def withdraw(object_id: UUID, data: Data) -> Response:
            """Take a refused version back, and what followed it, to form it anew."""
            asked = read_json(data, ProtocolWithdrawal)
            with values_given():
                return shown(publishing.withdraw(own, object_id, asked.version, asked.reason))
