"""Notices of this SEZ, announced with a signature made here."""

from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.publication.api import shown
from sez.publication.publish import DocumentPublisher, publish
from sez.publication.signers import Users, party
from sez.records.owner import CONDITIONS_VERSION, Owner
from shared_contracts.http.api import Data, said, values_given
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Act, Operation
from shared_contracts.signing.subject import subject_of
from tests.throwaway.contract import NOTICE, SiteNotice


class Asked(msgspec.Struct, kw_only=True):
    """What the notice says, and who signs it."""

    heading: str
    signer: str


def router(publisher: DocumentPublisher, users: Users) -> APIRouter:
    """The route ``/api/v1/notices``."""
    routes, own = APIRouter(tags=["notices"]), publisher.of(NOTICE)

    @routes.post("/api/v1/notices", status_code=201)
    def announce(data: Data) -> Response:
        """Announce a notice."""
        asked = said(data, Asked)
        with values_given():
            hand = users.signer(asked.signer)
            buyer = party(subject_of(hand.certificates[0]))

            def make(owner: Owner, object_id: UUID, _state: object) -> SiteNotice:
                act = Act(
                    environment=owner.environment,
                    sez_code=owner.sez_code,
                    object_type=NOTICE,
                    object_id=object_id,
                    version=1,
                    operation=Operation.CREATE,
                    conditions_version=CONDITIONS_VERSION,
                )
                return SiteNotice(act=act, customer=buyer, heading=asked.heading)

            return shown(publish(own, uuid7(), make, (hand,)), 201)

    return routes
