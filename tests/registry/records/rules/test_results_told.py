"""What is told of results beside place and value, and where they are not judged."""

from dataclasses import replace
from uuid import UUID

import msgspec
import pytest

from registry.kinds import KINDS
from shared_contracts.messages.document import Ground
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    ResultsProtocol,
    ReviewProtocol,
)
from tests import samples
from tests.registry.records.rules.broken import OnRecord, facts, put
from tests.registry.records.rules.broken_protocols import RESULTS, REVIEW, REVIEWED, of


def causes(
    purchase: OnRecord,
    review: ReviewProtocol | None = REVIEW,
    results: ResultsProtocol = RESULTS,
) -> dict[str, set[str]]:
    """The causes of what is found, by rule."""
    referred = dict(of(purchase, review=review or REVIEW)["referred"])
    if review is None:
        del referred[REVIEW_PROTOCOL]
    told: dict[str, set[str]] = {}
    for one in KINDS[RESULTS_PROTOCOL].rules.examine(results, facts(results, referred=referred)):
        told.setdefault(one.rule, set()).add(one.parameters.get("cause", ""))
    return told


@pytest.mark.parametrize(
    ("review_id", "review", "cause"),
    [
        (None, REVIEW, "REVIEW_MISSING"),
        (None, None, "REVIEW_MISSING"),
        (samples.BASE_ID, REVIEW, "REVIEW_OTHER"),
    ],
)
def test_a_review_that_is_missing_is_told_from_another(
    review_id: UUID | None, review: ReviewProtocol | None, cause: str
) -> None:
    purchase = replace(REVIEWED, review_id=review_id)
    assert cause in causes(purchase, review)["F-PRT-13"]


def test_a_lot_that_review_or_purchase_lacks_is_not_judged() -> None:
    lots = msgspec.structs.replace(REVIEWED.terms, lots=REVIEWED.terms.lots[:1])
    assert "F-PRT-13" not in causes(replace(REVIEWED, terms=lots))
    one = put(REVIEW, lot_reviews=REVIEW.lot_reviews[:1])
    assert "F-PRT-13" not in causes(REVIEWED, one)


@pytest.mark.parametrize("outcome", ["WINNER", "CANCELLED"])
def test_every_admitted_bid_is_ranked_where_there_is_a_winner_or_any_is(outcome: str) -> None:
    first, second = RESULTS.lot_results
    ranked = () if outcome == "WINNER" else second.ranked_bids[:1]
    lot = put(second, outcome=outcome, ranked_bids=ranked)
    results = put(RESULTS, lot_results=(first, lot))
    assert "BID_NOT_RANKED" in causes(REVIEWED, results=results)["F-PRT-13"]
    none = put(RESULTS, lot_results=(first, put(second, outcome="CANCELLED", ranked_bids=())))
    assert "F-PRT-13" not in causes(REVIEWED, results=none)


@pytest.mark.parametrize(("ground", "admitted"), [("ONE_BID", 1), ("NO_BIDS", 0)])
def test_a_lot_fails_by_its_results_where_one_bid_or_none_was_admitted(
    ground: str, admitted: int
) -> None:
    first, second = RESULTS.lot_results
    lot = put(second, outcome="FAILED", ranked_bids=(), winner=None, ground=Ground(code=ground))
    results = put(RESULTS, lot_results=(first, lot))
    bids = REVIEW.lot_reviews[1].bid_reviews
    for number in range(3):
        reviews = (*bids[:number], *(put(bid, decision="REJECTED") for bid in bids[number:]))
        changed = put(REVIEW.lot_reviews[1], bid_reviews=reviews)
        review = put(REVIEW, lot_reviews=(REVIEW.lot_reviews[0], changed))
        fails = "F-PRT-5" not in causes(REVIEWED, review, results)
        assert fails == (number == admitted and ground == "ONE_BID"), number


def test_a_protocol_names_a_version_that_its_purchase_has() -> None:
    purchase = replace(REVIEWED, version=3)
    for version in range(5):
        told = causes(purchase, results=put(RESULTS, purchase_version=version))
        assert ("PURCHASE_VERSION" in told.get("F-PRT-1", set())) == (version in {0, 4}), version


@pytest.mark.parametrize(("number", "cause"), [(1, "LOT_TWICE"), (9, "LOT_FOREIGN")])
def test_a_lot_that_is_named_twice_is_told_from_a_foreign_one(number: int, cause: str) -> None:
    first, second = RESULTS.lot_results
    results = put(RESULTS, lot_results=(first, put(second, lot_number=number)))
    assert causes(REVIEWED, results=results)["F-PRT-1"] == {cause, "LOT_MISSING"}
