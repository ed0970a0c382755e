"""Tickets are proven and kept, and receipts asked for by them (S216-18.1, S216-13b).

A ticket binds the Registry to a package by its hash; what it says of a receipt that is not there
yet is signed too. Whatever goes wrong here leaves the package where it was.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sez.synchronisation.delivery_problem import OWN_CERTIFICATE, DeliveryProblem, Pauses
from sez.synchronisation.package_events import ReceiptPutOff, TicketReceived
from sez.synchronisation.receipts import Receipts
from shared_contracts.counterpart import NotTheCounterpart, believe
from shared_contracts.faults import CertificateNotInForce, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import ReceiptPending, ReceiptRequest, Ticket
from shared_contracts.messages.document import Part
from shared_contracts.signing.sign import OwnSigner, sign_message
from shared_contracts.xml import codec, schema

P = TypeVar("P", bound=Part)


def root_of(answer: bytes) -> str:
    """The name of the document that an answer is; empty where it is none."""
    try:
        return codec.local_name(schema.parse(answer))
    except Unprocessed:
        return ""


@dataclass(frozen=True, slots=True)
class Tickets:
    """Reads what the Registry says of packages that it answers later; safe for all threads."""

    receipts: Receipts
    signer: OwnSigner
    pauses: Pauses

    def taken(self, message_id: UUID, sha256: str, answer: bytes) -> TicketReceived:
        """The ticket of a package with that hash; ``DeliveryProblem`` if it is not believed."""
        ticket = self._believed(answer, Ticket)
        owner, receipts = self.receipts.owner, self.receipts
        said = (ticket.message_id, ticket.package_hash, ticket.sez_code, ticket.environment)
        if said != (message_id, sha256, owner.sez_code, owner.environment):
            told = f"it is the ticket of {ticket.message_id} with hash {ticket.package_hash}"
            raise DeliveryProblem("RECEIPT_INVALID", told, None, ())
        now = receipts.clock()
        return TicketReceived(
            message_id=message_id,
            ticket_id=ticket.ticket_id,
            ticket_sha256=hashlib.sha256(answer).hexdigest(),
            received_at=now,
            registry_received_at=ticket.received_at,
            next_attempt_at=now + timedelta(seconds=self.rest(ticket.retry_after_seconds)),
        )

    def question(self, ticket_id: UUID) -> bytes:
        """The signed question for the receipt of a ticket."""
        owner = self.receipts.owner
        asked = ReceiptRequest(
            message_id=uuid7(),
            sez_code=owner.sez_code,
            environment=owner.environment,
            created_at=self.receipts.clock(),
            ticket_id=ticket_id,
        )
        try:
            self.signer.check()
            return sign_message(asked, f"ask-{asked.message_id}", self.signer)
        except CertificateNotInForce as ended:
            raise DeliveryProblem(OWN_CERTIFICATE, str(ended), None, ()) from ended

    def put_off(self, message_id: UUID, ticket_id: UUID, answer: bytes) -> ReceiptPutOff:
        """The Registry's word that there is no receipt yet; ``DeliveryProblem`` if not believed."""
        pending = self._believed(answer, ReceiptPending)
        if pending.ticket_id != ticket_id:
            told = f"it is about the ticket {pending.ticket_id}"
            raise DeliveryProblem("RECEIPT_INVALID", told, None, ())
        now = self.receipts.clock()
        return ReceiptPutOff(
            message_id=message_id,
            ticket_id=ticket_id,
            answer_sha256=hashlib.sha256(answer).hexdigest(),
            cause=pending.cause,
            hashes=pending.hashes,
            held=pending.held,
            received_at=now,
            next_attempt_at=now + timedelta(seconds=self.rest(pending.retry_after_seconds)),
        )

    def rest(self, asked: float) -> float:
        """Seconds until the next question: as the Registry asks, within the operator's bounds."""
        return min(self.pauses.longest, max(self.pauses.first, asked))

    def _believed(self, answer: bytes, kind: type[P]) -> P:
        receipts = self.receipts
        try:
            return believe(answer, kind, receipts.counterpart, receipts.clock())
        except NotTheCounterpart as doubt:
            raise DeliveryProblem("RECEIPT_INVALID", str(doubt), None, ()) from doubt
