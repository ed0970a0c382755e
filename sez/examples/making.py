"""An example purchase goes the way of every purchase: files, draft, signature, announcement."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sez.examples import purchases
from sez.examples.purchases import Example, Setting
from sez.publication.publish import Desk, publish
from sez.publication.signers import Users, party
from sez.tendering import versions
from sez.tendering.tender import Unknown
from shared_contracts.files import FileStore
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Operation
from shared_contracts.signing.subject import subject_of

MAKERS: Mapping[str, Callable[[Setting, UUID | None], Example]] = {
    "announcement": lambda setting, _base: purchases.open_tender(setting),
    "auction": lambda setting, _base: purchases.auction(setting),
    "single-source": purchases.single_source,
}
"""The examples by name."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Makes examples at the desk of a SEZ."""

    desk: Desk
    users: Users
    files: FileStore

    @property
    def names(self) -> str:
        """What there is."""
        return ", ".join(MAKERS)

    def announce(self, name: str, signer: str, base: UUID | None = None) -> UUID:
        """Announce the example ``name`` (``KeyError``) signed by a user; the tender's id."""
        make, hand, object_id = MAKERS[name], self.users.signer(signer), uuid7()
        first = versions.act(self.desk.owner, object_id, Unknown(), Operation.CREATE)
        buyer = party(subject_of(hand.certificates[0]))
        example = make(Setting(first, buyer, self.desk.clock()), base)
        for file in example.files:
            asyncio.run(self.files.put(file.document.sha256, _once(file.content)))
        publish(self.desk, object_id, versions.announcement(example.purchase), (hand,))
        return object_id


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
