"""What is told of a list beside the place and the value of a breach."""

from shared_contracts.messages.bid_list import BidList
from shared_contracts.rules.examine import examine_document
from tests import lists
from tests.samples import AT


def expected(document: BidList, path: str) -> str:
    """What F-BID-5 says ought to stand at a path."""
    [found] = [one for one in examine_document(document, AT) if one.path == path]
    assert found.rule == "F-BID-5"
    return str(found.parameters["expected"])


def test_the_status_that_is_expected_of_a_bid_depends_on_its_being_the_last() -> None:
    place = "/BidList/Bids/Bid[1]/Status"
    alone = lists.bid_list(lists.bid(0, status="REPLACED"))
    assert expected(alone, place) == "SUBMITTED, WITHDRAWN"
    followed = lists.bid_list(lists.bid(0), lists.bid(0, version=2))
    assert expected(followed, place) == "REPLACED"


def test_a_second_bid_for_a_lot_is_found_behind_one_that_was_withdrawn() -> None:
    withdrawn = lists.bid(2, status="WITHDRAWN", withdrawn_at=AT)
    second = lists.bid(1, supplier=lists.bidder(0))
    found = examine_document(lists.bid_list(withdrawn, lists.bid(0), second), AT)
    assert [(one.rule, one.path) for one in found] == [("F-BID-2", "/BidList/Bids/Bid[3]/Supplier")]
