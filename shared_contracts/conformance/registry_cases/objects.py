"""The objects of clause 9 that a SEZ transmits, by which both tests go (S216-9)."""

from datetime import timedelta

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.protocol_documents import downloads, opened_bids
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.tenders import (
    by_commission,
    minute_ago,
    past_tender,
    tender_of,
    tender_with_bids,
)
from shared_contracts.conformance.registry_exam import RegistryExam, accepted
from shared_contracts.identifiers import uuid7
from shared_contracts.kinds.programme import LOAD


@BOOK.case("R-OBJECT-1")
def announcement(exam: RegistryExam) -> None:
    """The announcement of a purchase is recorded (S216-9.1)."""
    accepted(exam.transfer(exam.package(tender_of(exam, astana_time.now()))))


@BOOK.case("R-OBJECT-2")
def review(exam: RegistryExam) -> None:
    """The protocol of the review of bids is recorded (S216-9.2)."""
    tender, bids = tender_with_bids(exam)
    made = exam.commission.review(tender.document, bids.document, minute_ago())
    record = by_commission(exam, made)
    accepted(exam.transfer(exam.package(record)))


@BOOK.case("R-OBJECT-3")
def single_source(exam: RegistryExam) -> None:
    """The protocol of a purchase from a single source is recorded (S216-9.3)."""
    at = astana_time.now() - timedelta(minutes=10)
    purchase = exam.writer.single_source(uuid7(), at)
    exam.prepared(exam.signed(purchase, formed_at=at))
    protocol = exam.commission.single_source(purchase, minute_ago())
    accepted(exam.transfer(exam.package(by_commission(exam, protocol))))


@BOOK.case("R-OBJECT-4")
def results(exam: RegistryExam) -> None:
    """The protocol of the results of a tender is recorded (S216-9.4)."""
    tender, bids = tender_with_bids(exam)
    reviewed = exam.commission.review(tender.document, bids.document, minute_ago())
    exam.prepared(by_commission(exam, reviewed))
    summed_up = exam.commission.results(tender.document, reviewed, minute_ago())
    accepted(exam.transfer(exam.package(by_commission(exam, summed_up))))


@BOOK.case("R-OBJECT-8-ANNUAL")
def annual_programme(exam: RegistryExam) -> None:
    """A programme of one financial year is recorded by scheme 7 (S216-9.8)."""
    _loads_programme(exam, 1)


@BOOK.case("R-OBJECT-8-MEDIUM")
def medium_term_programme(exam: RegistryExam) -> None:
    """A programme of five financial years is recorded by scheme 7 (S216-9.8)."""
    _loads_programme(exam, 5)


@BOOK.case("R-BID-LIST")
def bid_list(exam: RegistryExam) -> None:
    """The list of bids is recorded (S216-A3.1e)."""
    tender = past_tender(exam)
    exam.prepared(tender)
    listed = opened_bids(exam.writer, tender.document, minute_ago())
    accepted(exam.transfer(exam.package(exam.by_system(listed))))


@BOOK.case("R-DOWNLOAD-LIST")
def download_list(exam: RegistryExam) -> None:
    """The list of those who took the documentation is recorded (S216-A3.1f)."""
    tender = past_tender(exam)
    exam.prepared(tender)
    listed = downloads(exam.writer, tender.document, minute_ago())
    accepted(exam.transfer(exam.package(exam.by_system(listed))))


@BOOK.case("R-SUPPLIER")
def supplier(exam: RegistryExam) -> None:
    """The card of a supplier is recorded (S216-A3.1j)."""
    record = exam.signed(exam.writer.supplier(uuid7(), astana_time.now()))
    accepted(exam.transfer(exam.package(record)))


def _loads_programme(exam: RegistryExam, years: int) -> None:
    document = exam.writer.programme(uuid7(), astana_time.now(), free_year(exam), years)
    receipt = exam.transfer(exam.package(exam.signed(document)), LOAD)
    accepted(receipt)
    if receipt.records[0].registry_id is None:
        raise Deviation("RegistryId of the programme", "none")


YEARS = 7000
"""Years from which the kit takes those of its programmes."""


def free_year(exam: RegistryExam) -> int:
    """A year of which the kit's customer has no programme yet: two of a kind are refused.

    It is taken from the number of the next package, so that a second session finds others.
    """
    return astana_time.now().year + 1 + exam.numbers.next_number % YEARS
