"""The examples of a list of bids of a tender: two sealed bids, or all opened (S216-A3.1e)."""

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import msgspec

from sez.bid_lists.versions import listing
from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from shared_contracts.errors import BadInput
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BID_LIST, Bid, BidContents, ProducerClaim
from shared_contracts.messages.document import LocalizedText, Party
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules.standing import PurchaseStanding

BIDDERS = (
    Party(
        bin="180640000016",
        name=LocalizedText(
            kk="«Мұнай Сервис» ЖШС", ru="ТОО «Мунай Сервис»", en="Munai Service LLP"
        ),
    ),
    Party(
        bin="180660000015",
        name=LocalizedText(kk="«ДАЛА САУДА» ЖШС", ru="ТОО «ДАЛА САУДА»", en="Dala Sauda LLP"),
    ),
)
"""Who bids; the second is hidden until the opening."""

SHARES = (Decimal("0.99"), Decimal("0.97"))
"""For which share of the planned amount each bids."""

OPENED = "opened-bid-list"
"""The example of a final list with what the bids offer."""


def prepare(order: ExampleOrder) -> PreparedExample:
    """A list of bids of the tender that is named as ``base`` (``BadInput`` without it)."""
    tender = order.wanted.base
    if tender is None:
        raise BadInput("name the tender whose bids are listed: base")
    if order.wanted.example == OPENED:
        bids = tuple(_opened(order, tender))
        return PreparedExample(listing(tender, order.at, bids, final=True))
    first, second = (_bid(order, 1, bidder) for bidder in BIDDERS)
    bids = (first, msgspec.structs.replace(second, supplier=None))
    return PreparedExample(listing(tender, order.at, bids, final=False))


def _opened(order: ExampleOrder, tender: UUID) -> Iterator[Bid]:
    """Both bids for each lot of the tender, submitted when its bidding began."""
    purchase: PurchaseStanding | None = order.standing(PURCHASE, tender)
    begun = None if purchase is None else purchase.bids_from
    if purchase is None or begun is None:
        raise BadInput(f"no bids are taken for {tender}: name an announced tender as base")
    for lot in purchase.terms.lots:
        for bidder, share in zip(BIDDERS, SHARES, strict=True):
            price = (lot.amount * share).quantize(Decimal("0.01"))
            offered = BidContents(
                price=price,
                currency="KZT",
                vat_payer=True,
                producer_claim=ProducerClaim(claimed=False),
            )
            sealed = _bid(order, lot.lot_number, bidder)
            yield msgspec.structs.replace(sealed, submitted_at=begun, contents=offered)


def _bid(order: ExampleOrder, lot: int, supplier: Party) -> Bid:
    bid_id: UUID = uuid7()
    return Bid(
        bid_id=bid_id,
        version=1,
        lot_number=lot,
        supplier=supplier,
        submitted_at=order.at,
        status="SUBMITTED",
        bid_hash=sha256(bid_id.bytes).hexdigest(),
    )


EXAMPLES = KindExamples(BID_LIST, "bid-lists", ("bid-list", OPENED), prepare)
"""The examples of the kind BID_LIST."""
