"""Small facts for the tests of the event log."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from shared_contracts.event_log.declared import Declared
from shared_contracts.event_log.event import Event, Fact, topic
from shared_contracts.event_log.writing.commit import HeadKey
from shared_contracts.identifiers import uuid7


@topic("lot-counted.1")
class LotCounted(Event, frozen=True):
    """A lot was counted."""

    number: int
    amount: Decimal = Decimal("10.50")
    at: datetime | None = None


COUNTED = Declared(
    {"lot-counted.1": {}, "lot-proven.1": {"package": "sha256"}},
    without_head=("lot-counted.1", "lot-proven.1"),
)
"""Which evidence stands beside the facts of these tests."""


@topic("lot-proven.1")
class LotProven(Event, frozen=True):
    """A lot was counted; the paper on which it is written stands beside."""

    sha256: str


def fact(originator_id: UUID | None = None, version: int = 1, number: int = 1) -> Fact:
    """A fact of a fresh stream, unless told otherwise."""
    return Fact(originator_id or uuid7(), version, LotCounted(number=number))


def key(object_id: UUID | None = None) -> HeadKey:
    """The key of a purchase on the stand."""
    return HeadKey("STAND", "SEZ01", "PURCHASE", object_id or uuid7())


def stored(made: Fact) -> StoredEvent:
    """The fact as the recorder takes it."""
    return StoredEvent(made.originator_id, made.version, made.topic, made.state)
