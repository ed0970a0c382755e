"""The example of results: they follow from the review of a tender that this SEZ signed."""

from collections.abc import Sequence

from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from sez.protocols import example_protocols as examples
from sez.protocols import versions
from shared_contracts.errors import BadInput
from shared_contracts.messages.document import Term
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    BidReview,
    LotResult,
    LotReview,
    RankedBid,
    ResultsProtocol,
    Winner,
)
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules.announced_terms import LotTerms
from shared_contracts.rules.catalogue import parameters
from shared_contracts.rules.results import reduced
from shared_contracts.rules.results_course import discount_of
from shared_contracts.rules.review import ADMITTED
from shared_contracts.rules.rule import day_of
from shared_contracts.rules.standing import PurchaseStanding, ReviewStanding


def prepare(order: ExampleOrder) -> PreparedExample:
    """The results of the purchase that is named as ``base``; ``BadInput`` if it has no review."""
    head = examples.head(order, RESULTS_PROTOCOL)
    purchase: PurchaseStanding | None = order.standing(PURCHASE, head["purchase_id"])
    if purchase is None or purchase.review_id is None:
        raise BadInput("base: the purchase has no protocol of the review of its bids")
    review: ReviewStanding = order.standing(REVIEW_PROTOCOL, purchase.review_id)
    terms = {lot.lot_number: lot for lot in purchase.terms.lots}
    document = ResultsProtocol(
        **head,
        review_protocol_id=purchase.review_id,
        lot_results=tuple(_lot(order, lot, terms[lot.lot_number]) for lot in review.lot_reviews),
        contract_term=Term(days=10, kind="WD"),
    )
    return PreparedExample(versions.whole(RESULTS_PROTOCOL, document))


def _lot(order: ExampleOrder, review: LotReview, terms: LotTerms) -> LotResult:
    if review.decision == "FAILED":
        return LotResult(
            lot_number=review.lot_number, outcome="FAILED", ground=review.failure_ground
        )
    ranked = _ranked(order, [one for one in review.bid_reviews if one.decision == ADMITTED], terms)
    first = ranked[0]
    return LotResult(
        lot_number=review.lot_number,
        outcome="WINNER",
        ranked_bids=ranked,
        winner=Winner(bid_id=first.bid_id, supplier=first.supplier, contract_price=first.price),
    )


def _ranked(
    order: ExampleOrder, admitted: Sequence[BidReview], terms: LotTerms
) -> tuple[RankedBid, ...]:
    values = parameters("F-PRT-6", day_of(order.at))
    percents = {bid.bid_id: discount_of(bid, terms, values) for bid in admitted}
    prices = {bid.bid_id: reduced(bid.price, percents[bid.bid_id]) for bid in admitted}
    inorder = sorted(admitted, key=lambda bid: (prices[bid.bid_id], bid.submitted_at))
    return tuple(
        RankedBid(
            place=place,
            bid_id=bid.bid_id,
            supplier=bid.supplier,
            price=bid.price,
            discount_percent=percents[bid.bid_id],
            conditional_price=prices[bid.bid_id],
        )
        for place, bid in enumerate(inorder, 1)
    )


EXAMPLES = KindExamples(RESULTS_PROTOCOL, "results-protocols", ("results-protocol",), prepare)
"""The examples of the kind RESULTS_PROTOCOL."""
