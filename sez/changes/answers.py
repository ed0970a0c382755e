"""What the Registry answered to questions for changes, and what it says of now (S216-A2.2.7)."""

from datetime import datetime
from uuid import UUID

import msgspec

from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.changes import ChangesResult, DifferenceKind

CHANGES_ID = UUID("a1c4a4f8-5f0e-5b0b-9d2b-0f3f4c0c9e52")
"""The object under which the answers are kept."""

NAMED = 100
"""Most objects of a round that are named; the rest is counted."""


class DifferingObject(msgspec.Struct, frozen=True, kw_only=True):
    """An object that the Registry has otherwise: nothing that is sent would make it the same."""

    object_type: str
    object_id: UUID
    difference: DifferenceKind
    registry_version: int
    registry_hash: str


# What can happen


@topic("changes-answered.1")
class ChangesAnswered(Event, frozen=True, kw_only=True):
    """The Registry answered a question; its signed bytes are the event's evidence ``answer``.

    A round of questions goes through all ``objects``, ``page`` by page from 1 to the ``last``;
    pages of which nothing was asked for are counted with the next that is kept.
    ``lacking`` counts those of which the Registry asks for versions, ``differing`` are those that
    a person must see to, ``classifiers`` those of which it has another edition in force.
    """

    request_id: UUID
    page: int
    last: bool
    objects: int
    result: ChangesResult
    lacking: int
    differing: tuple[DifferingObject, ...] = ()
    classifiers: tuple[str, ...] = ()
    answer_sha256: str
    answered_at: datetime
    received_at: datetime


# What it is meanwhile


class ChangesRound(msgspec.Struct, frozen=True, kw_only=True):
    """What a round found up to now: counts, and the first of the objects that differ."""

    objects: int = 0
    lacking: int = 0
    differing: int = 0
    named: tuple[DifferingObject, ...] = ()
    classifiers: tuple[str, ...] = ()

    def after(self, event: ChangesAnswered) -> "ChangesRound":
        """The round with one more page."""
        return ChangesRound(
            objects=self.objects + event.objects,
            lacking=self.lacking + event.lacking,
            differing=self.differing + len(event.differing),
            named=(*self.named, *event.differing)[:NAMED],
            classifiers=(*self.classifiers, *event.classifiers),
        )


class KnownChanges(msgspec.Struct, frozen=True, kw_only=True, tag="CHANGES"):
    """What the last whole round found, when it ended, and how far the present one is."""

    compared_at: datetime | None = None
    found: ChangesRound = ChangesRound()
    under_way: ChangesRound = ChangesRound()


def evolve(known: KnownChanges, event: Event) -> KnownChanges:
    """What is known after ``event``."""
    match event:
        case ChangesAnswered():
            before = ChangesRound() if event.page == 1 else known.under_way
            found = before.after(event)
            if event.last:
                return KnownChanges(compared_at=event.received_at, found=found)
            return msgspec.structs.replace(known, under_way=found)
        case _:
            return known


CHANGES: ObjectKind[KnownChanges] = ObjectKind("CHANGES", KnownChanges(), evolve, KnownChanges)
"""The answers to this SEZ, one after another."""


def answer_named(event: Event) -> str | None:
    """The SHA-256 by which an event names the answer beside it."""
    return event.answer_sha256 if isinstance(event, ChangesAnswered) else None
