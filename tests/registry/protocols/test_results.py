"""Protocols of results at the Registry: winner, failure, what follows (S216-9.4, S216-A3.1d)."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from shared_contracts.messages.document import Amendable, Ground
from shared_contracts.messages.protocol import LotResult, ResultsProtocol, ReviewProtocol
from tests import protocol_samples, samples
from tests.registry.asking import Asker
from tests.registry.bid_lists import forming
from tests.registry.intake.test_accepted import accepted
from tests.registry.protocols.test_review import announced, opened, review
from tests.registry.protocols.test_single_source import BOTH, gone, status, tell
from tests.story import Signed, Story


def reviewed(story: Story, **changes: Any) -> tuple[Signed, Signed]:
    """An open tender on record, and the review of its bids, which are listed."""
    tender = announced(story)
    document = review(story, tender, **changes)
    drawn = story.sign(document, *BOTH)
    bids = [bid for lot in document.lot_reviews for bid in lot.bid_reviews]
    none = {} if bids else {"bids": (), "bid_count": 0}
    listed = forming.formed(story, forming.opened(story, document, **none))
    accepted(tell(story, listed, drawn))
    return tender, drawn


def results(story: Story, tender: Signed, drawn: Signed, **changes: Any) -> ResultsProtocol:
    """The results of the tender, now."""
    named = {
        "purchase_id": tender.document.act.object_id,
        "review_protocol_id": drawn.document.act.object_id,
        "protocol_date": story.now,
    }
    return story.own(protocol_samples.results(**named | changes))


def amended(before: Signed, document: Amendable) -> Amendable:
    """The document as the next version of a protocol."""
    act = before.document.act
    following = protocol_samples.act(act.object_type, act.version + 1, object_id=act.object_id)
    following = msgspec.structs.replace(following, previous_hash=before.sha256)
    return msgspec.structs.replace(document, act=following)


FAILED = tuple(
    LotResult(lot_number=number, outcome="FAILED", ground=Ground(code="ONE_BID"))
    for number in (1, 2)
)


@pytest.mark.clause("S216-9.4", "S216-A3.1g", "S216-A3.1h", "S216-A3.1i")
def test_a_purchase_is_summed_up_by_its_results_and_reviewed_again_without_them(
    story: Story, ask: Asker
) -> None:
    tender, drawn = reviewed(story)
    before = story.position()
    first = story.sign(results(story, tender, drawn), *BOTH)
    accepted(tell(story, first))
    assert story.events(before)[:2] == ["results-protocol-recorded.1", "purchase-summed-up.1"]
    assert status(ask, story) == [("SUMMED_UP", 1)]
    second = story.sign(amended(first, first.document), *BOTH)
    accepted(tell(story, second))
    assert tell(story, story.sign(gone(story, tender))).rules == ["F-DEL-2"]
    assert tell(story, story.sign(gone(story, drawn), *BOTH)).rules == ["F-DEL-2"]
    story.registry.follower.catch_up()
    [row] = ask.get("/api/v1/results-protocols", purchase=str(tender.document.act.object_id))
    assert (row["status"], row["version"]) == ("AMENDED", 2)
    accepted(tell(story, story.sign(gone(story, second), *BOTH)))
    assert status(ask, story) == [("REVIEWED", 1)]
    accepted(tell(story, story.sign(gone(story, drawn), *BOTH)))
    accepted(tell(story, story.sign(gone(story, tender))))
    assert status(ask, story) == [("DELETED", 2)]


@pytest.mark.clause("S216-9.4", "S216-A2.1.4")
def test_results_rest_on_the_review_of_their_purchase(story: Story) -> None:
    tender = opened(story)
    early = results(story, tender, tender)
    assert set(tell(story, story.sign(early, *BOTH)).rules) == {"F-PRT-1", "F-PRT-13"}
    other, theirs = reviewed(story)
    drawn = story.sign(review(story, tender), *BOTH)
    accepted(tell(story, drawn))
    foreign = tell(story, story.sign(results(story, tender, theirs), *BOTH))
    assert foreign.rules == ["F-PRT-13"]
    accepted(tell(story, story.sign(results(story, tender, drawn), *BOTH)))
    again = tell(story, story.sign(results(story, tender, drawn), *BOTH))
    assert again.rules == ["F-PRT-1"]
    accepted(tell(story, story.sign(results(story, other, theirs), *BOTH)))


@pytest.mark.clause("S216-9.4")
def test_results_without_a_winner_fail_the_purchase_until_they_are_deleted(
    story: Story, ask: Asker
) -> None:
    lots = tuple(
        protocol_samples.lot_review(
            number,
            protocol_samples.bid(2 * number - 2, "20000000.00"),
            decision="FAILED",
            failure_ground=Ground(code="ONE_BID"),
        )
        for number in (1, 2)
    )
    tender, drawn = reviewed(story, lot_reviews=lots)
    first = story.sign(results(story, tender, drawn, lot_results=FAILED), *BOTH)
    before = story.position()
    accepted(tell(story, first))
    assert story.events(before)[1] == "purchase-ended-by-results.1"
    assert status(ask, story) == [("FAILED", 1)]
    assert tell(story, story.sign(gone(story, tender))).rules == ["F-DEL-2"]
    accepted(tell(story, story.sign(gone(story, first), *BOTH)))
    assert status(ask, story) == [("REVIEWED", 1)]


@pytest.mark.clause("S216-A3.1d", "S216-9.4")
def test_a_single_source_rests_on_a_tender_that_failed_by_its_results(
    story: Story, ask: Asker
) -> None:
    lots = tuple(
        protocol_samples.lot_review(
            number, decision="FAILED", failure_ground=Ground(code="NO_BIDS")
        )
        for number in (1, 2)
    )
    tender, drawn = reviewed(story, lot_reviews=lots)
    single = samples.purchase_single_source(story.now, base=tender.document.act.object_id)
    assert tell(story, story.sign(story.own(single))).rules == ["F-PUR-5"]
    none = tuple(
        LotResult(lot_number=number, outcome="FAILED", ground=Ground(code="NO_BIDS"))
        for number in (1, 2)
    )
    accepted(tell(story, story.sign(results(story, tender, drawn, lot_results=none), *BOTH)))
    accepted(tell(story, story.sign(story.own(single))))
    assert sorted(status(ask, story)) == [("ANNOUNCED", 1), ("FAILED", 1)]


@pytest.mark.clause("S216-A2.1.4", "S216-A3.1g")
def test_purchase_review_and_results_may_come_in_one_package(story: Story, ask: Asker) -> None:
    at = story.now - timedelta(minutes=29)
    tender = story.sign(story.ended_tender(), formed_at=at)
    drawn = story.sign(review(story, tender), *BOTH)
    assert isinstance(drawn.document, ReviewProtocol)
    listed = forming.formed(story, forming.opened(story, drawn.document))
    summed_up = story.sign(results(story, tender, drawn), *BOTH)
    accepted(tell(story, tender, listed, drawn, summed_up), "F-PUR-4")
    assert status(ask, story) == [("SUMMED_UP", 1)]
    taken = [story.sign(gone(story, one), *BOTH) for one in (summed_up, drawn)]
    accepted(tell(story, *taken, story.sign(gone(story, tender))))
    assert status(ask, story) == [("DELETED", 2)]
