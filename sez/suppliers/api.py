"""Suppliers over HTTP: drafts and signed versions of their cards (S216-A3.1j-l)."""

from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.publication.api import VersionRoutes, shown
from sez.publication.publisher import DocumentPublisher
from sez.publication.questions import Questions
from sez.publication.signers import SigningRequest, Users
from sez.suppliers import versions
from sez.suppliers.querying import Criteria, Querying
from shared_contracts.http.api import Data, answer, read_json, values_given
from shared_contracts.messages.supplier import SUPPLIER, SupplierCard


class CardChanged(SigningRequest, kw_only=True):
    """The whole card as it shall stand."""

    card: SupplierCard


class CardChoice(msgspec.Struct, kw_only=True):
    """Which card of the list is chosen, by the Registry's identifier; none where it is absent."""

    registry_id: UUID | None = None
    chosen_by: str


def router(publisher: DocumentPublisher, users: Users) -> APIRouter:
    """The routes under ``/api/v1/suppliers``."""
    routes, publisher = APIRouter(tags=["suppliers"]), publisher.of(SUPPLIER)
    kind = VersionRoutes(
        routes=routes, publisher=publisher, users=users, address="suppliers", noun="supplier"
    )

    kind.add_drafts(SupplierCard, "card")
    kind.add_show("supplier")

    @routes.post("/api/v1/suppliers/{object_id}/registration")
    def register(object_id: UUID, data: Data) -> Response:
        """Sign the draft as the first card, with the choice made from the Registry's list."""
        return kind.published(object_id, versions.registration(), read_json(data, SigningRequest))

    @routes.post("/api/v1/suppliers/{object_id}/change")
    def change(object_id: UUID, data: Data) -> Response:
        """Change the card: the whole of it, as it shall stand."""
        signed = read_json(data, CardChanged)
        return kind.published(object_id, versions.change(signed.card, signed.reason), signed)

    kind.add_deletion(versions.deletion)
    kind.add_withdrawal()
    return routes


def asking(publisher: DocumentPublisher, questions: Questions) -> APIRouter:
    """The routes of scheme 4: queries to the Registry, and a person's choice (S216-A2.4)."""
    routes = APIRouter(tags=["suppliers"])
    querying = Querying(publisher.of(SUPPLIER), questions)

    @routes.post("/api/v1/suppliers/{object_id}/query")
    def query(object_id: UUID, data: Data) -> Response:
        """Ask the Registry about the supplier; an empty object asks by the number of the draft."""
        criteria = read_json(data, Criteria)
        with values_given():
            return shown(querying.query(object_id, criteria))

    @routes.post("/api/v1/suppliers/{object_id}/selection")
    def select(object_id: UUID, data: Data) -> Response:
        """Choose a card from the Registry's list, or none; the registration then signs it."""
        asked = read_json(data, CardChoice)
        with values_given():
            return shown(querying.choose(object_id, asked.registry_id, asked.chosen_by))

    @routes.post("/api/v1/supplier-checks")
    def check(data: Data) -> Response:
        """Ask whether a supplier with this number is on record in the Registry."""
        criteria = read_json(data, Criteria)
        with values_given():
            return answer(querying.check(criteria))

    return routes
