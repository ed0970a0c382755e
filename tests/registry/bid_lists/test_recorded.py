"""Lists of bids at the Registry: one for a purchase, kept while reviewed (S216-A3.1e)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.document import Amendable, Operation
from shared_contracts.rules.catalogue import WORDS
from shared_contracts.xml import codec
from tests import lists
from tests.postgres import owner_of
from tests.registry.asking import Asker
from tests.registry.bid_lists.forming import formed, opened, sealed
from tests.registry.intake.test_accepted import accepted
from tests.registry.protocols.test_results import results, reviewed
from tests.registry.protocols.test_review import announced, review
from tests.registry.protocols.test_single_source import BOTH, gone, tell
from tests.story import Answer, Signed, Story


def told(story: Story, document: Amendable) -> Answer:
    """The answer to a list that the system signed."""
    return tell(story, formed(story, document))


def following(story: Story, before: Signed, **changes: Any) -> BidList:
    """The same list as its next version, as of now."""
    document = before.document
    assert isinstance(document, BidList)
    act = lists.act("BID_LIST", 2)
    again: BidList = lists.put(document, act=act, as_of=story.now, **changes)
    return story.next(before, again)


@pytest.mark.clause("S216-A3.1e", "S216-A2.1.4")
def test_a_purchase_has_one_list_of_bids_until_that_is_deleted(story: Story, ask: Asker) -> None:
    tender = announced(story)
    first = formed(story, sealed(story, tender))
    accepted(tell(story, first))
    assert told(story, sealed(story, tender)).rules == ["F-BID-7"]
    other = announced(story)
    accepted(told(story, sealed(story, other)))
    accepted(told(story, gone(story, first)))
    accepted(told(story, sealed(story, tender)))
    story.registry.follower.catch_up()
    rows = ask.get("/api/v1/bid-lists", purchase=str(tender.document.act.object_id))
    assert sorted(row["status"] for row in rows) == ["DELETED", "SEALED"]
    assert not audit(owner_of(story.registry.settings.database_url)).differences


@pytest.mark.clause("S216-A3.1e", "S216-12a")
def test_of_two_lists_in_one_package_the_second_is_refused(story: Story) -> None:
    tender = announced(story)
    answer = tell(story, *(formed(story, sealed(story, tender)) for _ in range(2)))
    assert answer.rules == ["F-BID-7"]
    assert [finding.record for finding in answer.receipt.findings] == [2]


@pytest.mark.clause("S216-9.2", "S216-A3.1i", "S216-A2.1.4")
def test_a_list_on_which_a_review_rests_is_neither_changed_nor_deleted(story: Story) -> None:
    tender = announced(story)
    listed = formed(story, opened(story, review(story, tender)))
    accepted(tell(story, listed))
    drawn = story.sign(review(story, tender), *BOTH)
    accepted(tell(story, drawn))
    changed = told(story, following(story, listed))
    assert set(changed.rules) == {"F-BID-8", "F-HDR-2"}
    texts = {finding.rule_id: finding.text.kk for finding in changed.receipt.findings}
    assert WORDS["status"]["REVIEWED"]["kk"] in (texts["F-BID-8"] or "")
    kept = told(story, gone(story, listed))
    assert kept.rules == ["F-DEL-2"]
    accepted(tell(story, story.sign(gone(story, drawn), *BOTH)))
    accepted(told(story, gone(story, listed)))


@pytest.mark.clause("S216-9.2", "S216-A2.1.4")
def test_a_review_needs_the_final_list_and_exactly_its_bids(story: Story) -> None:
    tender = announced(story)
    drawn = review(story, tender)
    assert tell(story, story.sign(drawn, *BOTH)).rules == ["F-PRT-3"]
    listed = opened(story, drawn)
    bids = listed.bids[1:]
    fewer = lists.put(listed, bids=bids, bid_count=len(bids))
    more = (*listed.bids, lists.put(listed.bids[0], bid_id=lists.LIST_ID, supplier=lists.bidder(2)))
    for other in (fewer, lists.put(listed, bids=more, bid_count=len(more))):
        recorded = formed(story, story.own(other))
        accepted(tell(story, recorded))
        assert tell(story, story.sign(review(story, tender), *BOTH)).rules == ["F-PRT-3"]
        accepted(told(story, gone(story, recorded)))
    accepted(told(story, listed))
    accepted(tell(story, story.sign(review(story, tender), *BOTH)))


@pytest.mark.clause("S216-9.2", "S216-A2.1.4", "S216-12a")
def test_list_and_review_may_come_in_one_package_and_their_deletions_too(story: Story) -> None:
    tender = announced(story)
    drawn = story.sign(review(story, tender), *BOTH)
    listed = formed(story, opened(story, review(story, tender)))
    assert tell(story, drawn, listed).rules == ["F-PRT-3"]
    accepted(tell(story, listed, drawn))
    early = formed(story, gone(story, listed)), story.sign(gone(story, drawn), *BOTH)
    assert tell(story, *early).rules == ["F-DEL-2"]
    accepted(tell(story, *reversed(early)))


@pytest.mark.clause("S216-A3.1e", "S216-A2.1.4")
def test_no_price_is_told_before_the_opening_by_whatever_road(story: Story) -> None:
    tender = story.sign(story.tender())
    accepted(tell(story, tender))
    first = formed(story, sealed(story, tender))
    accepted(tell(story, first))
    document = first.document
    assert isinstance(document, BidList)
    shown = tuple(
        lists.put(bid, contents=lists.contents(), supplier=lists.bidder(number))
        for number, bid in enumerate(document.bids)
    )
    for changes in ({"bids": shown, "final": True}, {"bids": shown[:1], "bid_count": 1}):
        answer = told(story, following(story, first, **changes))
        assert "F-BID-3" in answer.rules
        ahead = lists.put(following(story, first, **changes), as_of=story.now + 30 * lists.DAY)
        assert "F-BID-3" in told(story, ahead).rules
    new = story.own(lists.put(document, bids=shown, final=True))
    assert "F-BID-3" in told(story, new).rules


@pytest.mark.clause("S216-A3.1e", "S216-13c", "S216-A2.1.4")
def test_a_clock_that_is_ahead_tells_no_price_before_the_opening(story: Story) -> None:
    opening = story.now + timedelta(seconds=40)
    tender = story.sign(story.tender(bids_from=story.now, bids_to=opening, opening_at=opening))
    accepted(tell(story, tender), "F-PUR-4")
    shown = sealed(story, tender, final=True, as_of=opening)
    bids = tuple(
        lists.put(bid, contents=lists.contents(), supplier=lists.bidder(number))
        for number, bid in enumerate(shown.bids)
    )
    signed = replace(formed(story, lists.put(shown, bids=bids)), formed_at=opening)
    assert tell(story, signed).rules == ["F-BID-3", "F-BID-3"]


def standings(story: Story, ask: Asker) -> set[str]:
    """What the bids of the only list are."""
    story.registry.follower.catch_up()
    [row] = ask.get("/api/v1/bid-lists")
    shown = ask.get(f"/api/v1/bid-lists/{row['registry_id']}")
    return {bid["status"] for bid in shown["bids"]}


@pytest.mark.clause("S216-A3.1e", "S216-9.2", "S216-9.4", "S216-A3.1i")
def test_a_bid_is_opened_admitted_and_wins_and_is_again_what_it_was(
    story: Story, ask: Asker
) -> None:
    tender, drawn = reviewed(story)
    assert standings(story, ask) == {"ADMITTED"}
    summed = story.sign(results(story, tender, drawn), *BOTH)
    accepted(tell(story, summed))
    assert standings(story, ask) == {"WINNER", "RUNNER_UP"}
    accepted(tell(story, story.sign(gone(story, summed), *BOTH)))
    assert standings(story, ask) == {"ADMITTED"}
    accepted(tell(story, story.sign(gone(story, drawn), *BOTH)))
    assert standings(story, ask) == {"OPENED"}
    assert not audit(owner_of(story.registry.settings.database_url)).differences


def unsigned(story: Story, document: BidList) -> Signed:
    """A list that nobody signed."""
    data = codec.to_bytes(codec.write(document, root_id="document-1"))
    return replace(formed(story, document), data=data)


SIGNERS: dict[str, tuple[Callable[[Story, BidList], Signed], str]] = {
    "another system's": (lambda story, one: formed(story, one, "sez2"), "C-07"),
    "a person's, as persons sign": (lambda story, one: story.sign(one), "C-02"),
    "a person's, as a system signs": (lambda story, one: formed(story, one, "person"), "C-06"),
    "a revoked system's": (lambda story, one: formed(story, one, "sez-revoked"), "C-05"),
    "none": (unsigned, "C-01"),
}


@pytest.mark.clause("S216-3", "S216-A2.1.3")
@pytest.mark.parametrize("whose", SIGNERS)
def test_a_list_bears_the_signature_of_the_system_that_sends_it(story: Story, whose: str) -> None:
    sign, rule = SIGNERS[whose]
    answer = tell(story, sign(story, sealed(story, announced(story))))
    assert rule in answer.rules
    assert answer.receipt.result.value == "REFUSED"


@pytest.mark.clause("S216-3", "S216-A2.1.3")
def test_a_list_of_another_systems_purchase_is_refused(story: Story) -> None:
    mine = announced(story)
    other = replace(story, code="SEZ02", system="sez2")
    answer = told(other, sealed(other, mine))
    assert answer.rules == ["F-BID-1"]


@pytest.mark.clause("S216-A3.1i", "S216-A2.1.3")
def test_a_list_is_deleted_by_the_system_and_by_no_person(story: Story) -> None:
    first = formed(story, sealed(story, announced(story)))
    accepted(tell(story, first))
    assert first.document.act.operation is Operation.CREATE
    assert tell(story, story.sign(gone(story, first))).rules == ["C-02"]
    by_person = formed(story, gone(story, first), "customer1-head")
    assert "C-06" in tell(story, by_person).rules
    accepted(told(story, gone(story, first)))
