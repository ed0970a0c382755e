"""Who wins: the discount by its dated table, ties, the step of an auction (S216-9.4, the Code)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from shared_contracts.messages.document import Ground
from shared_contracts.messages.protocol import (
    BidReview,
    LotResult,
    LotReview,
    ResultsProtocol,
    ReviewProtocol,
)
from shared_contracts.messages.purchase import Lot, Purchase
from shared_contracts.rules import results_course, review
from shared_contracts.rules.announced_terms import PurchaseTerms, terms_of
from shared_contracts.rules.protocol_course import Underlying
from shared_contracts.rules.results import BOOK, reduced
from shared_contracts.rules.rule import RuleBooks
from tests import protocol_samples, samples
from tests.protocol_samples import bid, producer, ranked, won
from tests.samples import AT, zone

ALONE, COURSE = RuleBooks(BOOK), RuleBooks(results_course.BOOK)


@dataclass(frozen=True)
class ReviewedPurchase:
    """A purchase at the stage at which its results are drawn up."""

    terms: PurchaseTerms
    status: str = "REVIEWED"
    method: str = "OT"
    customer: str = samples.CUSTOMER_BIN
    base: UUID | None = None
    version: int = 1
    published_at: datetime = AT
    bids_from: datetime | None = AT
    bids_to: datetime | None = AT
    opening_at: datetime | None = AT
    auction_from: datetime | None = None
    auction_to: datetime | None = None
    lots: tuple[int, ...] = (1,)
    review_id: UUID | None = protocol_samples.REVIEW_ID
    results_id: UUID | None = None
    known_files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reviewed:
    """The review of its only lot."""

    document: ReviewProtocol

    @property
    def purchase_id(self) -> UUID:
        """The purchase of which it is."""
        return self.document.purchase_id

    @property
    def protocol_date(self) -> datetime:
        """When it was drawn up."""
        return self.document.protocol_date

    @property
    def lot_reviews(self) -> tuple[LotReview, ...]:
        """What was decided."""
        return self.document.lot_reviews


def of_lot(lot: Lot) -> Purchase:
    """An open tender of one lot."""
    return samples.purchase_open_tender(lots=(lot,), lot_count=1, planned_total=lot.amount)


def found(
    result: LotResult, lot: Lot, *bids: BidReview, at: datetime = AT, **changes: object
) -> list[str]:
    """The rules that results of one lot break, drawn up at a moment."""
    reviewed = protocol_samples.review(
        lot_reviews=(protocol_samples.lot_review(1, *bids),), protocol_date=at, opened_at=at
    )
    protocol = protocol_samples.results(lot_results=(result,), protocol_date=at)
    purchase = replace(ReviewedPurchase(terms_of(of_lot(lot))), **changes)  # type: ignore[arg-type]
    rests_on = Underlying(purchase=purchase, before=None, review=Reviewed(reviewed), moments=(at,))
    breaches = [*ALONE.examine(protocol, at), *COURSE.examine(protocol, at, rests_on)]
    return [breach.rule for breach in breaches]


PRODUCER = bid(0, "110.00", producer_status=producer())
OTHER = bid(1, "95.00")
SERVICES = samples.services_lot(1)
OLD, NEW = (
    samples.goods_lot(1, subsoil_rights=(replace_date,))
    for replace_date in (
        msgspec.structs.replace(samples.contract(), date=date(2014, 12, 31)),
        msgspec.structs.replace(samples.contract(), date=date(2015, 1, 1)),
    )
)
WITH = won(1, ranked(1, PRODUCER, "20.00", "88.00"), ranked(2, OTHER, "0.00", "95.00"))
WITHOUT = won(1, ranked(1, OTHER, "0.00", "95.00"), ranked(2, PRODUCER, "0.00", "110.00"))
"""The results with and without the discount: it changes the winner."""

LAST_OF_2020 = datetime(2020, 12, 31, 23, 59, 59, tzinfo=zone(6))
FIRST_OF_2021 = datetime(2021, 1, 1, 0, 0, tzinfo=zone(6))
DAYS: dict[str, tuple[Lot, datetime, bool]] = {
    "services, 2018": (SERVICES, datetime(2018, 6, 29, tzinfo=zone(6)), True),
    "services, 2026": (SERVICES, AT, True),
    "works, 2026": (samples.works_lot(1), AT, True),
    "goods of an old contract, the last second of 2020": (OLD, LAST_OF_2020, True),
    "goods of an old contract, 2021": (OLD, FIRST_OF_2021, False),
    "goods of an old contract, 2021 in Astana and 2020 in UTC": (
        OLD,
        datetime(2020, 12, 31, 18, 0, tzinfo=zone(0)),
        False,
    ),
    "goods of a contract of 2015": (NEW, LAST_OF_2020, False),
}
"""A lot, the moment of the protocol, and whether a confirmed producer has the discount."""


@pytest.mark.clause("S216-9.4")
@pytest.mark.parametrize("name", DAYS)
def test_the_discount_is_that_of_subject_contract_and_day(name: str) -> None:
    lot, at, given = DAYS[name]
    right, wrong = (WITH, WITHOUT) if given else (WITHOUT, WITH)
    assert found(right, lot, PRODUCER, OTHER, at=at) == []
    assert found(wrong, lot, PRODUCER, OTHER, at=at) == ["F-PRT-6"]


@pytest.mark.clause("S216-9.4")
def test_the_producer_with_the_dearer_bid_wins_and_is_paid_its_own_price() -> None:
    third = bid(2, "118.00", producer_status=producer())
    places = (
        ranked(1, PRODUCER, "20.00", "88.00"),
        ranked(2, third, "20.00", "94.40"),
        ranked(3, OTHER, "0.00", "95.00"),
    )
    result = won(1, *places)
    assert result.winner is not None
    assert result.winner.contract_price == Decimal("110.00")
    assert found(result, SERVICES, PRODUCER, OTHER, third) == []
    cheapest = won(1, places[2], places[0], places[1])
    assert set(found(cheapest, SERVICES, PRODUCER, OTHER, third)) == {"F-PRT-7"}


SHARES = {
    "a quarter on the last day of 2021": (25, datetime(2021, 12, 31, 23, 59, tzinfo=zone(6)), []),
    "more on the last day of 2021": (
        26,
        datetime(2021, 12, 31, 23, 59, tzinfo=zone(6)),
        ["F-PRT-8"],
    ),
    "more on the first day of 2022": (26, datetime(2022, 1, 1, tzinfo=zone(6)), []),
    "more on that day in Astana, and not in UTC": (
        26,
        datetime(2021, 12, 31, 18, 0, tzinfo=zone(0)),
        [],
    ),
    "half on the first day of 2022": (50, datetime(2022, 1, 1, tzinfo=zone(6)), []),
    "more than half": (51, datetime(2022, 1, 1, tzinfo=zone(6)), ["F-PRT-8"]),
}
"""Of a hundred managers so many are transferred foreigners, at a moment; what is found."""


@pytest.mark.clause("S216-9.2")
@pytest.mark.parametrize("name", SHARES)
def test_the_share_of_transferred_foreigners_is_that_of_the_day(name: str) -> None:
    transferred, at, rules = SHARES[name]
    status = producer(
        staff=2000,
        citizens=1950 - transferred,
        managers=100,
        transferred_managers=transferred,
        specialists=0,
        transferred_specialists=0,
    )
    reviewed = protocol_samples.review(
        lot_reviews=(protocol_samples.lot_review(1, bid(0, "1.00", producer_status=status)),)
    )
    assert [one.rule for one in RuleBooks(review.BOOK).examine(reviewed, at)] == rules


@pytest.mark.clause("S216-9.4")
def test_of_equal_conditional_prices_the_earlier_bid_wins() -> None:
    first, second = bid(0, "95.00"), bid(1, "95.00")
    assert first.submitted_at < second.submitted_at
    one, other = ranked(1, first, "0.00", "95.00"), ranked(1, second, "0.00", "95.00")
    right = won(1, one, msgspec.structs.replace(other, place=2))
    wrong = won(1, other, msgspec.structs.replace(one, place=2))
    assert found(right, SERVICES, first, second) == []
    assert found(wrong, SERVICES, first, second) == ["F-PRT-7"]
    together = msgspec.structs.replace(second, submitted_at=first.submitted_at)
    assert found(wrong, SERVICES, first, together) == []


@pytest.mark.parametrize(
    ("price", "percent", "counts"),
    [
        ("0.03", "20", "0.02"),
        ("0.01", "50", "0.01"),
        ("100.01", "20", "80.01"),
        ("9999999999999999.99", "20", "7999999999999999.99"),
    ],
)
def test_the_conditional_price_is_rounded_half_up_and_never_a_float(
    price: str, percent: str, counts: str
) -> None:
    assert reduced(Decimal(price), Decimal(percent)) == Decimal(counts)


def of_auction(result: LotResult, **changes: object) -> list[str]:
    """The rules that results of the auction break."""
    purchase = samples.purchase_auction()
    known = ReviewedPurchase(
        terms_of(purchase),
        method="EA",
        auction_from=protocol_samples.HELD,
        auction_to=protocol_samples.HELD + timedelta(minutes=30),
    )
    reviewed = Reviewed(protocol_samples.auction_review())
    protocol: ResultsProtocol = protocol_samples.auction_results(lot_results=(result,))
    rests_on = Underlying(
        purchase=replace(known, **changes),  # type: ignore[arg-type]
        before=None,
        review=reviewed,
        moments=(AT,),
    )
    breaches = [*ALONE.examine(protocol, AT), *COURSE.examine(protocol, AT, rests_on)]
    return [breach.rule for breach in breaches]


@pytest.mark.clause("S216-9.4")
def test_an_auction_falls_by_its_step_from_the_start_and_the_discount_counts_at_its_end() -> None:
    [lot] = protocol_samples.auction_results().lot_results
    assert of_auction(lot) == []
    before, after = lot.auction_bids[:2], lot.auction_bids[2:]
    for price, rules in (("92052500.00", []), ("92052500.01", ["F-PRT-10"])):
        between = msgspec.structs.replace(before[1], price=Decimal(price))
        course = (*before, between, *after)
        assert of_auction(msgspec.structs.replace(lot, auction_bids=course)) == rules


@pytest.mark.clause("S216-9.4")
def test_no_winner_of_an_auction_is_named_before_its_end() -> None:
    [reviewed] = protocol_samples.auction_review().lot_reviews
    first, second = reviewed.bid_reviews
    unheld = won(
        1, ranked(1, first, "20.00", "76800000.00"), ranked(2, second, "0.00", "95000000.00")
    )
    assert of_auction(unheld) == [], "nobody offered less, and the auction is over"
    for minutes, rules in ((0, []), (1, ["F-PRT-2"])):
        ends = AT + timedelta(minutes=minutes)
        assert of_auction(unheld, auction_to=ends) == rules
    cancelled = LotResult(lot_number=1, outcome="CANCELLED", ground=Ground(code="NO_NEED"))
    assert of_auction(cancelled, auction_to=AT + timedelta(minutes=1)) == []


@pytest.mark.clause("S216-9.4")
def test_a_tie_of_an_auction_goes_to_whoever_offered_first() -> None:
    [lot] = protocol_samples.auction_results().lot_results
    first, second = lot.ranked_bids
    price = Decimal("72000000.00")
    equal = protocol_samples.offer(1, 5, "72000000.00")
    offers = (*lot.auction_bids[:2], equal, lot.auction_bids[3])
    later = msgspec.structs.replace(second, auction_price=price, conditional_price=price)
    wrong = won(1, first, later, auction_bids=offers)
    right = won(
        1,
        msgspec.structs.replace(later, place=1),
        msgspec.structs.replace(first, place=2),
        auction_bids=offers,
    )
    assert of_auction(right) == []
    assert of_auction(wrong) == ["F-PRT-7"]
