"""Protocols of the review of bids, as the SEZ sends them (S216-9.2, S216-A3.1g)."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from sez.bid_lists.examples import EXAMPLES as LISTS
from sez.examples.making import ExampleRequest, Examples
from sez.protocols.review.examples import EXAMPLES
from sez.publication.checked_document import NotPublishable
from sez.tendering.examples import EXAMPLES as TENDERS
from shared_contracts.errors import BadInput
from shared_contracts.identifiers import uuid7
from tests.sez.systems import BothSystems


def announced(systems: BothSystems, example: str, **wanted: Any) -> UUID:
    """Have an example announced, its files lying at the Registry."""
    system = systems.system
    kinds = (TENDERS, LISTS, EXAMPLES)
    examples = Examples(system.publisher, system.users, system.files, kinds)
    return examples.announce(ExampleRequest(example=example, **wanted), uuid7())


@pytest.mark.clause("S216-9.2", "S216-A3.1g")
def test_the_bids_of_a_tender_are_reviewed_when_they_were_opened(systems: BothSystems) -> None:
    tender = announced(systems, "announcement", bidding_seconds=2)
    with pytest.raises(NotPublishable) as early:
        announced(systems, "opened-bid-list", base=tender)
    found = {finding.rule_id for finding in early.value.findings}
    assert found == {"F-BID-1", "F-BID-3"}
    with pytest.raises(BadInput, match="final list"):
        announced(systems, "review-protocol", base=tender)
    bids_to = systems.purchase(tender).bids_to
    assert bids_to is not None
    while systems.system.publisher.clock() < bids_to + timedelta(milliseconds=10):
        time.sleep(0.05)
    announced(systems, "opened-bid-list", base=tender)
    review = announced(systems, "review-protocol", base=tender)
    systems.send_until(lambda: not systems.unsynchronised())
    assert systems.states(review) == ["SYNCHRONISED"]
    topics = [one.topic for one in systems.registry.log.read(0, 1000)]
    assert topics.count("purchase-reviewed.1") == 1
