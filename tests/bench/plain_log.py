"""What the plain stack records, by the eventsourcing library as it comes."""

from typing import Any
from uuid import UUID, uuid5

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from typing_extensions import override

from registry.purchases.purchase import PurchaseAnnounced

_MESSAGES = UUID("7a0fb9f1-6f8e-5c52-9a1c-6d2f8a8d5b11")


class Announced(Aggregate):
    """A purchase on record; the document is kept as plain JSON."""

    @event("Recorded")
    def __init__(
        self, *, object_id: UUID, record: int, message_id: str, received_at: str, content: Any
    ) -> None:
        self.object_id = object_id
        self.record = record
        self.message_id = message_id
        self.received_at = received_at
        self.content = content

    @staticmethod
    @override
    def create_id(object_id: UUID) -> UUID:
        """The id under which a purchase is kept."""
        return uuid5(object_id, "purchase")


class Message(Aggregate):
    """A message with its evidence, judged once; then its receipt beside it."""

    @event("Judged")
    def __init__(self, *, message_id: str, verdict: Any, evidence: str) -> None:
        self.message_id = message_id
        self.verdict = verdict
        self.evidence = evidence
        self.receipt = ""

    @event("Answered")
    def answer(self, receipt: str) -> None:
        """Keep the receipt as it was sent."""
        self.receipt = receipt

    @staticmethod
    @override
    def create_id(message_id: str) -> UUID:
        """The id under which a message is kept."""
        return uuid5(_MESSAGES, message_id)


class PlainLog(Application[UUID]):
    """The library's application with nothing changed."""


def announced(fact: PurchaseAnnounced) -> Announced:
    """A purchase as the plain stack records it, from what the Registry records."""
    return Announced(
        object_id=fact.header.object_id,
        record=fact.record,
        message_id=str(fact.message_id),
        received_at=fact.received_at.isoformat(),
        content=msgspec.to_builtins((fact.header, fact.document)),
    )
