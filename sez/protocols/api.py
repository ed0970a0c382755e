"""Protocols of a kind over HTTP: drafts, signed versions, deletion (S216-A3.1g-i)."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from sez.protocols import versions
from sez.publication.api import VersionRoutes
from sez.publication.publisher import DocumentPublisher
from sez.publication.signers import SigningRequest, Users
from shared_contracts.http.api import Data, read_json
from shared_contracts.messages.protocol import PurchaseProtocol


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
        name = self.address.replace("-", "_")
        kind = VersionRoutes(
            routes=routes,
            publisher=own,
            users=users,
            address=self.address,
            noun="protocol",
            suffix=f"_{name}",
        )
        kind.add_drafts(self.document, "protocol")
        kind.add_show(f"show_{name}")
        self._add_versions(kind)
        kind.add_deletion(partial(versions.deletion, self.object_type))
        kind.add_withdrawal()
        return routes

    def _add_versions(self, kind: VersionRoutes) -> None:
        routes, address = kind.routes, f"/api/v1/{self.address}/{{object_id}}"

        @routes.post(f"{address}/signature", name=f"sign{kind.suffix}")
        def sign(object_id: UUID, data: Data) -> Response:
            """Have the draft signed by each member in turn: from now on the hour runs."""
            signed = read_json(data, SigningRequest)
            return kind.published(object_id, versions.whole(self.object_type), signed)

        @routes.post(f"{address}/change", name=f"change{kind.suffix}")
        def change(object_id: UUID, data: Data) -> Response:
            """Amend the protocol: the whole of it, as it shall stand, by the same members."""
            signed = read_json(data, self.amendment)
            maker = versions.whole(self.object_type, signed.protocol, signed.reason)
            return kind.published(object_id, maker, signed)
