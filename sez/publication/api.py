"""The publisher over HTTP: documents that were signed elsewhere, and what every kind answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from sez.publication import publish as publishing
from sez.publication.large import publish_large, take_signed_large
from sez.publication.publish import take_signed
from sez.publication.publisher import DocumentPublisher
from sez.publication.signers import SigningRequest, Users
from sez.records.chain import VersionChain
from sez.records.kind import Maker
from sez.records.version import Draft
from shared_contracts.errors import Absent
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.http.api import Data, answer, read_json, values_given
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Amendable


class ListDeletion(msgspec.Struct, kw_only=True):
    """Why a list, which the system signs, is deleted."""

    reason: Annotated[str, msgspec.Meta(min_length=1)]


class ListRequest(msgspec.Struct, kw_only=True):
    """A list on a purchase as of a moment, now unless said; why, after the first."""

    purchase_id: UUID
    as_of: datetime | None = None
    reason: str = ""


class VersionWithdrawal(msgspec.Struct, kw_only=True):
    """Which refused version is taken back, with all after it, and why."""

    version: int
    reason: Annotated[str, msgspec.Meta(min_length=1)]


R = TypeVar("R", bound=ListRequest)


def router(publisher: DocumentPublisher) -> APIRouter:
    """The route ``/api/v1/documents``."""
    routes = APIRouter(tags=["tenders"])

    @routes.post("/api/v1/documents", status_code=201)
    def signed_document(data: Data) -> Response:
        """Take a business document signed elsewhere: its bytes travel to the Registry untouched."""
        with values_given():
            return shown(take_signed(publisher, data), 201)

    @routes.post("/api/v1/documents/{object_type}/files/{sha256}", status_code=201)
    def signed_file(object_type: str, sha256: str) -> Response:
        """Take a document of up to 200 MiB signed elsewhere, which was uploaded as a file."""
        if object_type not in publisher.kinds:
            raise Absent(f"no kind {object_type}: one of {', '.join(publisher.kinds)}")
        return shown(take_signed_large(publisher, object_type, sha256), 201)

    return routes


def shown(at: AggregateState[Any], status: int = 200) -> Response:
    """The present state of an object as an HTTP answer."""
    return answer(
        {"object_id": at.key.object_id, "status": at.state.status, "state": at.state}, status
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRoutes:
    """The routes ``/api/v1/ADDRESS/{object_id}`` that every kind of record has.

    They are added to ``routes``; ``noun`` is what one of the kind's objects is called. ``suffix``
    ends their names in the description, where those would otherwise be told twice.
    """

    routes: APIRouter
    publisher: DocumentPublisher
    users: Users
    address: str
    noun: str
    suffix: str = ""

    def published(
        self, object_id: UUID, maker: Maker[Any], signed: SigningRequest, status: int = 200
    ) -> Response:
        """The next version, signed by those who are named; where the object stands then."""
        with values_given():
            signers = [self.users.signer(name) for name in signed.signers]
            return shown(publishing.publish(self.publisher, object_id, maker, signers), status)

    def add_drafts(self, document: type[Amendable], of: str, address: str = "") -> None:
        """Add the routes by which a draft of a ``document``, called ``of``, is written or replaced.

        They are under ``address``, if not under that of the kind.
        """
        path = f"/api/v1/{address or self.address}"
        about = f"Write a draft of a {of} down; its `act` is made anew when it is signed."

        def drafted(object_id: UUID, data: bytes, status: int = 200) -> Response:
            draft = Draft(object_id, read_json(data, document), self.publisher.clock())
            with values_given():
                return shown(publishing.ask(self.publisher, object_id, draft), status)

        @self.routes.post(path, status_code=201, name=f"draft{self.suffix}", description=about)
        def draft(data: Data) -> Response:
            return drafted(uuid7(), data, 201)

        @self.routes.put(f"{path}/{{object_id}}", name=f"redraft{self.suffix}")
        def redraft(object_id: UUID, data: Data) -> Response:
            """Replace a draft."""
            return drafted(object_id, data)

    def add_files(self) -> None:
        """Add the routes by which versions are formed of uploaded files, however many parts."""
        suffix = self.suffix

        @self.routes.post(
            f"/api/v1/{self.address}/files/{{sha256}}", name=f"load_file{suffix}", status_code=201
        )
        def load_file(sha256: str) -> Response:
            """Sign a new one of an uploaded JSON file: what is asked otherwise in a body."""
            return shown(publish_large(self.publisher, uuid7(), sha256), 201)

        @self.routes.post(self._path("change/files/{sha256}"), name=f"change_file{suffix}")
        def change_file(object_id: UUID, sha256: str) -> Response:
            """Sign a change of an uploaded JSON file: the whole of it, as it shall stand."""
            self._ensure_known(object_id)
            return shown(publish_large(self.publisher, object_id, sha256))

    def _ensure_known(self, object_id: UUID) -> AggregateState[Any]:
        at = self.publisher.current_state(object_id)
        if at.state == at.kind.initial:
            raise Absent(f"no {self.noun} {object_id}")
        return at

    def add_show(self, name: str) -> None:
        """Add the route that tells where an object stands; ``name`` is its own."""
        about = f"Show where a {self.noun} stands."

        @self.routes.get(self._path(), name=name, description=about)
        def show(object_id: UUID) -> Response:
            return shown(self._ensure_known(object_id))

    def add_deletion(self, deletion: Callable[[str, datetime, str], Maker[Any]]) -> None:
        """Add the route by which persons delete an object, by its reason, moment, and first."""
        about = f"Delete the {self.noun}; its history stays in the Registry."

        @self.routes.post(self._path("deletion"), name=f"delete{self.suffix}", description=about)
        def delete(object_id: UUID, data: Data) -> Response:
            signed = read_json(data, SigningRequest)
            maker = deletion(signed.reason, self.publisher.clock(), signed.signers[0])
            return self.published(object_id, maker, signed)

    def add_system_deletion(self, deletion: Callable[[str, datetime], Maker[Any]]) -> None:
        """Add the route by which the system deletes an object, by its reason and moment."""
        about = f"Delete the {self.noun}; its history stays in the Registry."

        @self.routes.post(self._path("deletion"), name=f"delete{self.suffix}", description=about)
        def delete(object_id: UUID, data: Data) -> Response:
            asked = read_json(data, ListDeletion)
            with values_given():
                maker = deletion(asked.reason, self.publisher.clock())
                return shown(publishing.publish(self.publisher, object_id, maker))

    def add_withdrawal(self) -> None:
        """Add the route that takes versions back."""

        @self.routes.post(self._path("withdrawal"), name=f"withdraw{self.suffix}")
        def withdraw(object_id: UUID, data: Data) -> Response:
            """Take a refused version back, and what followed it, to form it anew."""
            asked = read_json(data, VersionWithdrawal)
            with values_given():
                taken = publishing.withdraw(self.publisher, object_id, asked.version, asked.reason)
                return shown(taken)

    def _path(self, step: str = "") -> str:
        return f"/api/v1/{self.address}/{{object_id}}" + (f"/{step}" if step else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedListRoutes(Generic[R]):
    """The routes of a kind of list: its type of object, address and noun, what is asked of it.

    ``maker`` makes the list from what is asked, as of a moment; ``whole`` says what the next
    list of an object holds.
    """

    object_type: str
    address: str
    noun: str
    asked: type[R]
    maker: Callable[[R, datetime], Maker[Any]]
    whole: str

    def router(self, publisher: DocumentPublisher, users: Users) -> APIRouter:
        """The routes under ``/api/v1/ADDRESS``."""
        own, name = publisher.of(self.object_type), self.address.replace("-", "_")
        routes = APIRouter(tags=[self.address.replace("-", " ")])
        kind = VersionRoutes(
            routes=routes, publisher=own, users=users, address=self.address, noun=self.noun
        )

        def formed(object_id: UUID, data: bytes, status: int = 200) -> Response:
            asked = read_json(data, self.asked)
            with values_given():
                maker = self.maker(asked, asked.as_of or own.clock())
                return shown(publishing.publish(own, object_id, maker), status)

        @routes.post(f"/api/v1/{self.address}", status_code=201)
        def form(data: Data) -> Response:
            """Form and sign the first list of a purchase: from now on the hour runs."""
            return formed(uuid7(), data, 201)

        kind.add_show(name.removesuffix("s"))
        following = f"Form and sign the next list: {self.whole}."

        @routes.post(f"/api/v1/{self.address}/{{object_id}}/change", description=following)
        def change(object_id: UUID, data: Data) -> Response:
            return formed(object_id, data)

        kind.add_system_deletion(VersionChain(self.object_type).deletion)
        kind.add_withdrawal()
        return routes
