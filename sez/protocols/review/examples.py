"""The example of a review of bids: all that the final list of a tender opened are admitted."""

from collections.abc import Sequence
from decimal import Decimal

from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from sez.protocols import example_protocols as examples
from sez.protocols import versions
from shared_contracts.errors import BadInput
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.document import LocalizedText, Party
from shared_contracts.messages.protocol import (
    REVIEW_PROTOCOL,
    BidReview,
    LotReview,
    ReviewProtocol,
)
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules.bidding import KnownBid, KnownList, PurchaseWithBids

NAME = LocalizedText(kk="Өнім беруші", ru="Поставщик", en="Supplier")
"""How the example calls whoever bids: the list tells it by number."""


def prepare(order: ExampleOrder) -> PreparedExample:
    """The review of the tender named as ``base``: its opened bids, all admitted."""
    stated = examples.head(order, REVIEW_PROTOCOL)
    purchase: PurchaseWithBids | None = order.standing(PURCHASE, stated["purchase_id"])
    lots = () if purchase is None else purchase.lots
    bids = _listed(order, purchase)
    document = ReviewProtocol(
        **stated,
        opened_at=order.at,
        lot_reviews=tuple(
            _lot(number, [bid for bid in bids if bid.lot_number == number]) for number in lots
        ),
    )
    return PreparedExample(versions.whole(REVIEW_PROTOCOL, document))


def _listed(order: ExampleOrder, purchase: PurchaseWithBids | None) -> Sequence[KnownBid]:
    """The bids in force of the final list; ``BadInput`` where there is none."""
    list_id = None if purchase is None else purchase.bid_list_id
    known: KnownList | None = None if list_id is None else order.standing(BID_LIST, list_id)
    if known is None or not known.final:
        raise BadInput(
            "the tender has no final list of bids: form one when bidding has ended "
            "(`sez bid-list example TENDER --example opened-bid-list`)"
        )
    return [bid for bid in known.bids if bid.status == "SUBMITTED"]


def _lot(number: int, bids: Sequence[KnownBid]) -> LotReview:
    reviews = tuple(
        BidReview(
            bid_id=bid.bid_id,
            supplier=Party(bin=bid.supplier, name=NAME),
            submitted_at=bid.submitted_at,
            price=bid.price or Decimal(0),
            decision="ADMITTED",
        )
        for bid in bids
    )
    return LotReview(
        lot_number=number, bid_count=len(reviews), bid_reviews=reviews, decision="CONTINUE"
    )


EXAMPLES = KindExamples(REVIEW_PROTOCOL, "review-protocols", ("review-protocol",), prepare)
"""The examples of the kind REVIEW_PROTOCOL."""
