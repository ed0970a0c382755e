"""Valid lists of bids and of those who took the documentation, to be sent or broken on purpose."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import msgspec

from shared_contracts.messages.bid_list import (
    BID_LIST,
    Bid,
    BidContents,
    BidDocument,
    BidList,
    BidSecurity,
    OriginCertificate,
    ProducerClaim,
    Subcontractor,
)
from shared_contracts.messages.document import Act, Operation, Party, Term
from shared_contracts.messages.download_list import DOWNLOAD_LIST, Download, DownloadList
from shared_contracts.messages.purchase import DeliveryTerm
from tests import samples
from tests.samples import AT, NAMES, PURCHASE_ID, text

BIDDERS = (samples.CONTRACTOR_BIN, "180640000016", "990140000007")
"""BIN of those who bid."""

LIST_ID = UUID("4d8c2b7e-1f60-4a35-8c9d-7e5f3b1a9d02")
FILE_ID = UUID("6e1f4a52-0c3b-4d87-9a65-2b8d7c4e1f30")


def named(word: str) -> str:
    """A SHA-256, the same for the same word."""
    return sha256(word.encode()).hexdigest()


def bidder(number: int) -> Party:
    """Who bids."""
    return Party(bin=BIDDERS[number], name=text("Өнім беруші", "Поставщик", "Supplier"))


def bid(number: int, lot: int = 1, at: datetime = AT, **changes: Any) -> Bid:
    """A sealed bid of the bidder ``number`` for a lot."""
    made = Bid(
        bid_id=uuid5(NAMES, f"bid {number} {lot}"),
        version=1,
        lot_number=lot,
        supplier=bidder(number),
        submitted_at=at,
        status="SUBMITTED",
        bid_hash=named(f"bid {number} {lot} 1"),
    )
    return msgspec.structs.replace(made, **changes)


def contents(price: Decimal = Decimal("1000.00"), **changes: Any) -> BidContents:
    """What a bid offers."""
    proof = named("proof")
    offered = BidContents(
        price=price,
        currency="KZT",
        vat_payer=True,
        producer_claim=ProducerClaim(claimed=True, evidence=proof),
        local_content_percent=Decimal("55.50"),
        origin_certificates=(
            OriginCertificate(
                number="KZ 2 107 00456",
                date=date(2026, 10, 5),
                kind="REGISTER_EXTRACT",
                percent=Decimal("55.50"),
            ),
        ),
        subcontractors=(Subcontractor(party=bidder(2), share_percent=Decimal("10.00")),),
        delivery_term=DeliveryTerm(within=Term(days=30, kind="CD")),
        documents=(
            BidDocument(category="PRICE_OFFER", sha256=named("offer")),
            BidDocument(category="PRODUCER_EVIDENCE", sha256=proof),
        ),
        security=BidSecurity(kind="BANK_GUARANTEE", amount=Decimal("10.00")),
    )
    return msgspec.structs.replace(offered, **changes)


def act(object_type: str, version: int = 1, **changes: Any) -> Act:
    """The head of a list, under the conditions that know it."""
    operation = Operation.CREATE if version == 1 else Operation.UPDATE
    reason = None if version == 1 else "Список дополнен"
    fixed = {"object_type": object_type, "object_id": LIST_ID, "conditions_version": 2}
    return samples.act(version, operation, reason, **(fixed | changes))


def bid_list(*bids: Bid, version: int = 1, as_of: datetime = AT, **changes: Any) -> BidList:
    """A sealed list of ``bids``; of two bids for the first lot if none are given."""
    listed = bids or (bid(0), bid(1, supplier=None))
    made = BidList(
        act=act(BID_LIST, version),
        purchase_id=PURCHASE_ID,
        as_of=as_of,
        final=False,
        bid_count=len(listed),
        bids=listed,
    )
    return msgspec.structs.replace(made, **changes)


def opened(version: int = 2, as_of: datetime = AT, **changes: Any) -> BidList:
    """A final list, opened: one bid was replaced, one withdrawn, two are in force."""
    listed = (
        bid(0, status="REPLACED"),
        bid(0, version=2, bid_hash=named("again"), contents=contents(Decimal("950.00"))),
        bid(1, contents=contents(Decimal("990.00"))),
        bid(2, status="WITHDRAWN", withdrawn_at=AT),
    )
    return bid_list(*listed, version=version, as_of=as_of, **({"final": True} | changes))


def download(number: int = 0, at: datetime = AT, **changes: Any) -> Download:
    """A file of the documentation, taken by the bidder ``number``."""
    made = Download(
        supplier=bidder(number), document_id=FILE_ID, document_version=1, downloaded_at=at
    )
    return msgspec.structs.replace(made, **changes)


def download_list(*downloads: Download, version: int = 1, **changes: Any) -> DownloadList:
    """A list of ``downloads``; of two if none are given."""
    listed = downloads or (download(0), download(1))
    made = DownloadList(
        act=act(DOWNLOAD_LIST, version),
        purchase_id=PURCHASE_ID,
        as_of=AT,
        incremental=False,
        download_count=len(listed),
        downloads=listed,
    )
    return msgspec.structs.replace(made, **changes)


def put(part: Any, **changes: Any) -> Any:
    """The part with fields changed."""
    return msgspec.structs.replace(part, **changes)


DAY = timedelta(days=1)
"""A day of a term."""
