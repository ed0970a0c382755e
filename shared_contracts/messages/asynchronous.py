"""The asynchronous mode: a ticket first, the receipt when it is there (S216-18.1)."""

from datetime import datetime
from uuid import UUID

from shared_contracts.messages.receipt import LogReference
from shared_contracts.messages.system_message import SystemMessage, SystemQuestion

SUBMIT = "SubmitAsync"
"""The operation that takes a package for asynchronous processing."""

PULL = "GetReceipt"
"""The operation that asks for the receipt of a ticket."""

PUSH = "DeliverReceipt"
"""The operation of a SEZ that takes the receipt of a ticket."""


class Ticket(SystemMessage, frozen=True, kw_only=True):
    """The Registry's word that a package is on record and will be answered.

    The head is that of the package; ``retry_after_seconds`` says when to ask for its receipt.
    """

    ticket_id: UUID
    sequence: int
    package_hash: str
    received_at: datetime
    document_hashes: tuple[str, ...]
    retry_after_seconds: int
    log: LogReference


class ReceiptRequest(SystemQuestion, frozen=True, kw_only=True):
    """The question for the receipt of a ticket, by the system that got the ticket."""

    ticket_id: UUID


class ReceiptPending(SystemMessage, frozen=True, kw_only=True):
    """There is no receipt yet; the head is that of the question.

    ``cause`` is the code of the fault that a synchronous sender would get now, ``hashes`` the
    files that are lacking; ``held`` says that the same bytes must be sent again.
    """

    ticket_id: UUID
    answered_at: datetime
    retry_after_seconds: int
    cause: str | None = None
    hashes: tuple[str, ...] = ()
    held: bool = False


class ReceiptDelivered(SystemMessage, frozen=True, kw_only=True):
    """A SEZ's word that it keeps a receipt; the head is that of the receipt."""

    receipt_id: UUID
    receipt_sha256: str
    taken_at: datetime
