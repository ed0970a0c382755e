"""Packages under tickets (S216-18.1)."""

import time

from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.changing import announced
from shared_contracts.conformance.registry_exam import RegistryExam, accepted
from shared_contracts.conformance.wire import HttpSeen
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import (
    PULL,
    SUBMIT,
    ReceiptPending,
    ReceiptRequest,
    Ticket,
)
from shared_contracts.messages.receipt import Receipt
from shared_contracts.xml import codec, schema

PATIENCE = 60.0
"""Seconds for which the receipt of a ticket is asked for."""
PAUSE = 0.2


@BOOK.case("R-TICKET")
def ticket(exam: RegistryExam) -> None:
    """A package gets a ticket, and the ticket its receipt."""
    record = announced(exam)
    given = exam.answer(SUBMIT, exam.package(record), Ticket)
    if given.document_hashes != (record.hash,):
        raise Deviation(f"DocumentHash {record.hash}", f"{given.document_hashes}")
    receipt = exam.read(pulled_receipt(exam, given), Receipt)
    accepted(receipt)
    if receipt.package_hash != given.package_hash:
        raise Deviation(f"PackageHash {given.package_hash}", receipt.package_hash)


@BOOK.case("R-TICKET-UNKNOWN")
def unknown_ticket(exam: RegistryExam) -> None:
    """A ticket that was never given has no receipt."""
    question = exam.question(ReceiptRequest, ticket_id=uuid7())
    exam.fault(exam.post(PULL, exam.sealed(question)), Fault.TICKET_UNKNOWN)


def pulled_receipt(exam: RegistryExam, given: Ticket) -> HttpSeen:
    """The receipt of a ticket, asked for until it is there."""
    until = time.monotonic() + PATIENCE
    while _pends(seen := _pulled(exam, given)):
        exam.read(seen, ReceiptPending)
        if time.monotonic() > until:
            raise Deviation(f"a receipt within {PATIENCE:.0f} s", "ReceiptPending")
        time.sleep(PAUSE)
    return seen


def _pulled(exam: RegistryExam, given: Ticket) -> HttpSeen:
    question = exam.question(ReceiptRequest, ticket_id=given.ticket_id)
    return exam.post(PULL, exam.sealed(question))


def _pends(seen: HttpSeen) -> bool:
    return codec.local_name(schema.parse(seen.document)) == "ReceiptPending"
