"""Who is named by a purchase that has not ended stays among the participants (F-SUP-6)."""

from threading import Thread

import msgspec
import pytest

from registry.intake.listed import party_of
from registry.purchases.engagements import listing
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.following.views import make_views
from shared_contracts.messages.document import Ground
from shared_contracts.messages.purchase import Outcome, Purchase
from tests import protocol_samples, samples
from tests.postgres import owner_of
from tests.registry.intake.test_accepted import accepted
from tests.registry.protocols.test_review import opened, review
from tests.registry.protocols.test_single_source import BOTH, gone, tell
from tests.registry.suppliers.test_numbers import card, deletion, sent
from tests.story import Signed, Story


def added(story: Story, number: str) -> Signed:
    """The card of a number, on record."""
    signed = story.sign(card(story, bin=number, registration_date=None))
    assert "F-SUP-3" not in sent(story, signed).rules
    return signed


def refused(story: Story, supplier: Signed) -> list[str]:
    """By which rules the deletion of a card is refused."""
    return sent(story, deletion(story, supplier)).rules


@pytest.mark.clause("S216-A3.1k", "S216-A2.1.4")
def test_the_customer_of_a_purchase_is_deleted_when_it_has_ended(story: Story) -> None:
    customer = added(story, samples.CUSTOMER_BIN)
    tender = story.sign(story.tender())
    accepted(story.tell(tender))
    assert refused(story, customer) == ["F-SUP-6"]
    document = tender.document
    assert isinstance(document, Purchase)
    outcome = Outcome(kind="CANCELLED", ground=Ground(code="CUSTOMER"))
    act = samples.changed().act
    ended = msgspec.structs.replace(document, act=act, outcome=outcome)
    accepted(story.tell(story.next(tender, ended, object_id=document.act.object_id)))
    assert refused(story, customer) == []
    assert not audit(owner_of(story.registry.settings.database_url)).differences


@pytest.mark.clause("S216-A3.1k", "S216-9.2")
def test_a_bidder_of_a_review_is_engaged_until_the_protocol_is_gone(story: Story) -> None:
    bidder = added(story, protocol_samples.BIDDERS[0])
    tender = opened(story)
    protocol = story.sign(review(story, tender), *BOTH)
    accepted(tell(story, protocol))
    assert refused(story, bidder) == ["F-SUP-6"]
    accepted(tell(story, story.sign(gone(story, protocol), *BOTH)))
    assert refused(story, bidder) == []
    assert not audit(owner_of(story.registry.settings.database_url)).differences


@pytest.mark.clause("S216-A3.1k", "S216-12a")
def test_a_purchase_in_the_package_before_the_deletion_engages_its_customer(story: Story) -> None:
    customer = added(story, samples.CUSTOMER_BIN)
    assert sent(story, story.tender(), deletion(story, customer)).rules == ["F-SUP-6"]


@pytest.mark.clause("S216-12a")
def test_a_deletion_waits_for_the_purchases_under_way_that_name_the_party(story: Story) -> None:
    customer = added(story, samples.CUSTOMER_BIN)
    found: list[list[str]] = []
    deleting = Thread(target=lambda: found.append(refused(story, customer)))
    with story.registry.log.locks([], together=[party_of("STAND", samples.CUSTOMER_BIN)]):
        accepted(story.tell(story.tender()))  # others go on beside it
        deleting.start()
        deleting.join(0.5)
        assert not found
    deleting.join()
    assert found == [["F-SUP-6"]]


def test_a_store_listed_before_engagements_were_is_completed(story: Story) -> None:
    accepted(story.tell(story.tender()))
    story.registry.follower.catch_up()
    with story.registry.log.recorder.transaction() as cursor:
        cursor.execute("DROP TABLE views.engagements")
    make_views(story.registry.log, listing.SCHEMA)
    engaged = listing.engaged(story.registry.log, "STAND", [samples.CUSTOMER_BIN, "1"])
    assert engaged == {samples.CUSTOMER_BIN}
    assert not audit(owner_of(story.registry.settings.database_url)).differences
