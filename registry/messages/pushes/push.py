"""The receipt of a ticket is pushed to the system that got the ticket (S216-18.1)."""

from datetime import datetime
from uuid import UUID

from shared_contracts.event_log.event import Event, topic


class PushEvent(Event, frozen=True, kw_only=True):
    """What happened to a receipt on its way to a system; ``message_id`` is that of the package."""

    ticket_id: UUID
    message_id: UUID
    sez_code: str


@topic("receipt-pushed.1")
class ReceiptPushed(PushEvent, frozen=True, kw_only=True):
    """The system keeps the receipt; its signed word is the evidence ``acknowledgement``."""

    attempt: int
    taken_at: datetime
    pushed_at: datetime
    acknowledgement_sha256: str


@topic("receipt-not-pushed.1")
class ReceiptNotPushed(PushEvent, frozen=True, kw_only=True):
    """An attempt brought no acknowledgement; without a next moment the receipt is asked for."""

    attempt: int
    reason: str
    detail: str = ""
    failed_at: datetime
    next_attempt_at: datetime | None = None


@topic("receipt-push-wanted.1")
class ReceiptPushWanted(PushEvent, frozen=True, kw_only=True):
    """A person has a receipt pushed again that was left to be asked for."""

    wanted_at: datetime


def pushed(event: Event) -> str | None:
    """The SHA-256 of a system's word that it keeps a receipt."""
    return event.acknowledgement_sha256 if isinstance(event, ReceiptPushed) else None
