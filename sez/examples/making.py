"""An example purchase goes the way of every purchase: files, draft, signature, announcement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec

from sez.examples import purchases
from sez.examples.purchases import Example, Setting
from sez.publication.publish import DocumentPublisher, publish
from sez.publication.signers import Users, party
from sez.tendering import versions
from sez.tendering.tender import UnknownTender
from shared_contracts.files import FileStore
from shared_contracts.messages.document import Operation
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.signing.subject import subject_of

MAKERS: Mapping[str, Callable[[Setting, UUID | None], Example]] = {
    "announcement": lambda setting, _base: purchases.open_tender(setting),
    "auction": lambda setting, _base: purchases.auction(setting),
    "single-source": purchases.single_source,
}
"""The examples by name."""


class ExampleRequest(msgspec.Struct, kw_only=True):
    """Which example, signed by whom; ``base`` is the failed tender of a single-source purchase.

    ``bidding_seconds`` is how long bids are taken, twenty days unless said.
    """

    example: str
    signer: str = "customer1-head"
    base: UUID | None = None
    bidding_seconds: int = 20 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Examples:
    """Makes examples and has a SEZ publish them."""

    publisher: DocumentPublisher
    users: Users
    files: FileStore

    @property
    def names(self) -> str:
        """What there is."""
        return ", ".join(MAKERS)

    def announce(self, wanted: ExampleRequest, object_id: UUID) -> UUID:
        """Announce an example (``KeyError`` for an unknown one) signed by a user; its id."""
        make, hand = MAKERS[wanted.example], self.users.signer(wanted.signer)
        first = versions.act(self.publisher.owner, object_id, UnknownTender(), Operation.CREATE)
        buyer = party(subject_of(hand.certificates[0]))
        bidding = timedelta(seconds=wanted.bidding_seconds)
        example = make(Setting(first, buyer, self.publisher.clock(), bidding), wanted.base)
        for file in example.files:
            self.files.keep(file.document.sha256, file.content)
        publish(
            self.publisher.of(PURCHASE), object_id, versions.announcement(example.purchase), (hand,)
        )
        return object_id
