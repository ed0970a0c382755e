"""All that can be said of a version of a list of bids from what the Registry knows."""

from typing import Protocol, TypeAlias, cast

from registry.records.rules import deletion, header
from registry.records.rules.examine import StateRules
from registry.records.rules.facts import Facts, RecordFacts
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import bidding
from shared_contracts.rules.rule import RuleBooks


class RecordedBidList(bidding.KnownList, RecordFacts, Protocol):
    """A list as it stands in the Registry before the record that is judged."""


class BiddingPurchase(bidding.PurchaseWithBids, RecordFacts, Protocol):
    """The purchase on record to which bids are listed."""


BidListFacts: TypeAlias = Facts[RecordedBidList, BiddingPurchase]
"""What is known when a version of a list is judged, or its deletion."""


def _course(facts: BidListFacts) -> bidding.BiddingCourse:
    purchase = next(iter(facts.referred.get(PURCHASE, {}).values()), None)
    known = cast("BiddingPurchase | None", purchase)
    moments = (facts.formed_at, facts.first_received_at)
    return bidding.BiddingCourse(known, facts.current, moments)


RULES: StateRules[RecordedBidList, BiddingPurchase] = StateRules(
    RuleBooks(header.BOOK, deletion.BOOK), related=bidding.RULES, underlying=_course
)
"""The state rules of lists of bids."""
