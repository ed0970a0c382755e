"""An example goes the way of every first version: files, document, signature, announcement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from sez.examples.files import ExampleFile
from sez.publication.publish import publish
from sez.publication.publisher import DocumentPublisher
from sez.publication.signers import Users, formed_by, party
from sez.records.chain import last_version
from sez.records.kind import Maker
from sez.records.owner import Owner
from shared_contracts.files import FileStore
from shared_contracts.messages.document import Amendable, Party
from shared_contracts.messages.package import FormedBy
from shared_contracts.signing.subject import subject_of


class ExampleRequest(msgspec.Struct, kw_only=True):
    """Which example, signed by whom; ``base`` is the failed tender of a single-source purchase.

    ``bidding_seconds`` is how long bids are taken, twenty days unless said.
    """

    example: str
    signer: str = "customer1-head"
    base: UUID | None = None
    bidding_seconds: int = 20 * 24 * 3600


Alteration: TypeAlias = Callable[[Any], Amendable]
"""What makes another document of an example."""


def as_it_is(document: Amendable) -> Amendable:
    """The example itself."""
    return document


NOBODY = FormedBy(name="")
"""Who signs what names no signer."""


@dataclass(frozen=True, slots=True)
class ExampleOrder:
    """What is wanted, for which system and id, for whom and by whom it is signed, and when.

    ``standing`` tells how an object of the SEZ stands, by type and id; None where it does not.
    """

    wanted: ExampleRequest
    owner: Owner
    object_id: UUID
    buyer: Party
    at: datetime
    signer: FormedBy = NOBODY
    standing: Callable[[str, UUID], Any] = lambda *_: None


@dataclass(frozen=True, slots=True)
class PreparedExample:
    """What makes the document of an example, and the files it names."""

    make: Maker[Any]
    files: tuple[ExampleFile, ...] = ()


@dataclass(frozen=True, slots=True)
class KindExamples:
    """The examples of a kind: their names, of no other kind; the last part of their address."""

    object_type: str
    address: str
    names: tuple[str, ...]
    prepare: Callable[[ExampleOrder], PreparedExample]


@dataclass(frozen=True, slots=True)
class Examples:
    """Makes examples of all ``kinds`` and has a SEZ publish them."""

    publisher: DocumentPublisher
    users: Users
    files: FileStore
    kinds: tuple[KindExamples, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What there is."""
        return tuple(name for kind in self.kinds for name in kind.names)

    def announce(
        self,
        wanted: ExampleRequest,
        object_id: UUID,
        altered: Alteration = as_it_is,
    ) -> UUID:
        """Announce an example (``KeyError`` for an unknown one) signed by a user; its id.

        What is signed is the example as it was ``altered``.
        """
        named = {name: kind for kind in self.kinds for name in kind.names}
        kind, hand = named[wanted.example], self.users.signer(wanted.signer)
        publisher, buyer = self.publisher, party(subject_of(hand.certificates[0]))
        signer = formed_by(subject_of(hand.certificates[0]))
        whose = (publisher.owner, object_id, buyer, publisher.clock(), signer)
        order = ExampleOrder(wanted, *whose, self._standing)
        example = kind.prepare(order)
        for file in example.files:
            self.files.keep(file.document.sha256, file.content)

        def make(owner: Owner, of: UUID, state: object) -> Amendable:
            return altered(example.make(owner, of, state))

        publish(publisher.of(kind.object_type), object_id, make, (hand,))
        return object_id

    def made(self, example: str, object_id: UUID) -> dict[str, Any]:
        """What was made of an example: its object, as it stands now."""
        kind = next(one for one in self.kinds if example in one.names)
        at = self.publisher.of(kind.object_type).current_state(object_id)
        last = last_version(at.state)
        return {
            "object_id": object_id,
            "object_type": kind.object_type,
            "example": example,
            "status": at.state.status,
            "version": None if last is None else last.version,
            "document_hash": None if last is None else last.document_hash,
        }

    def _standing(self, object_type: str, object_id: UUID) -> object | None:
        of_kind = self.publisher.of(object_type)
        return of_kind.kind.standing(of_kind.current_state(object_id).state)
