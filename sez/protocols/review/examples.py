"""The example of a review of bids: the open tender of two lots."""

from datetime import timedelta
from decimal import Decimal

from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from sez.protocols import example_protocols as examples
from sez.protocols import versions
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import LocalizedText, Party
from shared_contracts.messages.protocol import (
    REVIEW_PROTOCOL,
    BidReview,
    LotReview,
    ReviewProtocol,
)

BIDDERS = (
    ("180640000016", "«ТІГІН ӨНДІРІС» ЖШС", "ТОО «ТІГІН ӨНДІРІС»", "0.99"),
    ("180660000015", "«ДАЛА САУДА» ЖШС", "ТОО «ДАЛА САУДА»", "0.97"),
)
"""BIN and names of those who bid, and for which share of the planned amount."""

PLANNED = (Decimal("35400000.00"), Decimal("10625000.00"))
"""The planned amounts of the lots of the example ``announcement``."""


def prepare(order: ExampleOrder) -> PreparedExample:
    """The review of the example ``announcement``: two bids for each lot, both admitted."""
    document = ReviewProtocol(
        **examples.head(order, REVIEW_PROTOCOL),
        opened_at=order.at,
        lot_reviews=tuple(_lot(order, number, one) for number, one in enumerate(PLANNED, 1)),
    )
    return PreparedExample(versions.whole(REVIEW_PROTOCOL, document))


def _lot(order: ExampleOrder, number: int, planned: Decimal) -> LotReview:
    bids = tuple(
        BidReview(
            bid_id=uuid7(),
            supplier=Party(bin=number_of, name=LocalizedText(kk=kk, ru=ru)),
            submitted_at=order.at - timedelta(minutes=1),
            price=planned * Decimal(share),
            decision="ADMITTED",
        )
        for number_of, kk, ru, share in BIDDERS
    )
    return LotReview(lot_number=number, bid_count=len(bids), bid_reviews=bids, decision="CONTINUE")


EXAMPLES = KindExamples(REVIEW_PROTOCOL, "review-protocols", ("review-protocol",), prepare)
"""The examples of the kind REVIEW_PROTOCOL."""
