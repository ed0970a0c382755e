"""Notices of this SEZ, announced with a signature made here."""

import msgspec
from fastapi import APIRouter, Response

from sez.publication.api import shown
from sez.publication.publish import publish
from sez.publication.publisher import DocumentPublisher
from sez.publication.signers import Users, party
from shared_contracts.http.api import Data, read_json, values_given
from shared_contracts.identifiers import uuid7
from shared_contracts.signing.subject import subject_of
from tests.throwaway.contract import SITE_NOTICE
from tests.throwaway.sez.versions import placing


class Asked(msgspec.Struct, kw_only=True):
    """What the notice says, and who signs it."""

    heading: str
    signer: str


def router(publisher: DocumentPublisher, users: Users) -> APIRouter:
    """The route ``/api/v1/site-notices``."""
    routes, own = APIRouter(tags=["site-notices"]), publisher.of(SITE_NOTICE)

    @routes.post("/api/v1/site-notices", status_code=201)
    def announce(data: Data) -> Response:
        """Announce a notice."""
        asked = read_json(data, Asked)
        with values_given():
            hand = users.signer(asked.signer)
            buyer = party(subject_of(hand.certificates[0]))
            return shown(publish(own, uuid7(), placing(buyer, asked.heading), (hand,)), 201)

    return routes
