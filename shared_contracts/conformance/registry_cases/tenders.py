"""The kit's open tender, which began within the hour and takes bids no more."""

from datetime import datetime, timedelta
from typing import TypeVar

from shared_contracts import astana_time
from shared_contracts.conformance.protocol_documents import files_of, opened_bids
from shared_contracts.conformance.registry_cases.file_sending import bring_files
from shared_contracts.conformance.registry_exam import MEMBER, KitRecord, RegistryExam
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.purchase import Purchase

D = TypeVar("D", bound=Amendable)

BEGUN = timedelta(minutes=50)
"""How long ago the tender began: it still comes within the hour (S216-18.3)."""

BIDDING = timedelta(minutes=40)
"""How long it took bids; the Registry may warn of so short a term, and refuse nothing."""


def minute_ago() -> datetime:
    """A moment after the end of bidding."""
    return astana_time.now() - timedelta(minutes=1)


def tender_of(
    exam: RegistryExam, at: datetime, bidding: timedelta = BIDDING
) -> KitRecord[Purchase]:
    """An open tender announced at a moment, signed and not sent; the Registry has its files."""
    files = files_of("conformance", at)
    bring_files(exam, files)
    named = (file.document for file in files)
    return exam.signed(exam.writer.open_tender(uuid7(), at, bidding, *named), formed_at=at)


def past_tender(exam: RegistryExam) -> KitRecord[Purchase]:
    """One that was announced within the hour, and takes bids no more."""
    return tender_of(exam, astana_time.now() - BEGUN)


def tender_with_bids(exam: RegistryExam) -> tuple[KitRecord[Purchase], KitRecord[BidList]]:
    """Such a tender on record, and its final list of bids."""
    tender = past_tender(exam)
    exam.prepared(tender)
    bids = exam.by_system(opened_bids(exam.writer, tender.document, minute_ago()))
    exam.prepared(bids)
    return tender, bids


def by_commission(exam: RegistryExam, protocol: D) -> KitRecord[D]:
    """A protocol with the signature of each member."""
    return exam.signed(protocol, exam.head.signer, exam.keys.named(MEMBER))
