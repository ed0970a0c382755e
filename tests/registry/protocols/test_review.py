"""Protocols of the review of bids at the Registry (S216-9.2, S216-A3.1g-i)."""

from datetime import timedelta

import msgspec
import pytest

from shared_contracts.messages.protocol import ReviewProtocol
from tests import protocol_samples
from tests.registry.asking import Asker
from tests.registry.bid_lists import forming
from tests.registry.intake.test_accepted import accepted
from tests.registry.protocols.test_single_source import BOTH, gone, status, tell
from tests.story import Signed, Story


def opened(story: Story) -> Signed:
    """An open tender on record, whose bids were opened a minute ago, and their list."""
    signed = announced(story)
    listed = forming.opened(story, review(story, signed))
    accepted(tell(story, forming.formed(story, listed)))
    return signed


def announced(story: Story) -> Signed:
    """An open tender on record, whose bidding ended a minute ago."""
    signed = story.sign(story.ended_tender(), formed_at=story.now - timedelta(minutes=29))
    accepted(tell(story, signed), "F-PUR-4")
    return signed


def review(story: Story, of: Signed, **changes: object) -> ReviewProtocol:
    """The review of its bids, now."""
    now = story.now
    at = {"protocol_date": now, "opened_at": now}
    named = {"purchase_id": of.document.act.object_id, **at}
    return story.own(forming.in_time(protocol_samples.review(**named | changes), of))


@pytest.mark.clause("S216-9.2", "S216-A3.1g", "S216-A3.1h", "S216-A3.1i")
def test_a_purchase_is_reviewed_by_its_protocol_and_announced_again_without_it(
    story: Story, ask: Asker
) -> None:
    tender = opened(story)
    first = story.sign(review(story, tender), *BOTH)
    accepted(tell(story, first))
    assert status(ask, story) == [("REVIEWED", 1)]
    act = protocol_samples.act("REVIEW_PROTOCOL", 2, object_id=first.document.act.object_id)
    act = msgspec.structs.replace(act, previous_hash=first.sha256)
    second = story.sign(msgspec.structs.replace(first.document, act=act), *BOTH)
    accepted(tell(story, second))
    story.registry.follower.catch_up()
    [row] = ask.get("/api/v1/review-protocols")
    assert (row["status"], row["version"]) == ("AMENDED", 2)
    accepted(tell(story, story.sign(gone(story, second), *BOTH)))
    assert status(ask, story) == [("ANNOUNCED", 1)]


@pytest.mark.clause("S216-9.2", "S216-A2.1.4")
def test_bids_are_reviewed_after_their_opening_and_once(story: Story) -> None:
    early = story.sign(story.tender())
    accepted(tell(story, early))
    assert tell(story, story.sign(review(story, early), *BOTH)).rules == ["F-PRT-2", "F-PRT-3"]
    tender = opened(story)
    accepted(tell(story, story.sign(review(story, tender), *BOTH)))
    assert tell(story, story.sign(review(story, tender), *BOTH)).rules == ["F-PRT-1"]
