"""Lists that the platform forms go from the SEZ to the Registry (S216-A3.1e, f)."""

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.bid_lists import listing as bid_listing
from registry.bid_lists.bid_list import FinalBidList, OpenedBidList, SealedBidList
from registry.download_lists import listing as download_listing
from registry.kinds import KINDS
from sez.bid_lists import versions
from sez.bid_lists.examples import EXAMPLES as LISTS
from sez.download_lists import versions as downloads
from sez.examples.making import ExampleRequest, Examples
from sez.protocols import versions as protocols
from sez.protocols.review.examples import EXAMPLES as REVIEWS
from sez.publication.checked_document import NotPublishable
from sez.publication.publish import publish, take_signed
from sez.publication.publisher import AnyState
from sez.tendering.examples import EXAMPLES
from shared_contracts.errors import RefusedByRule
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BID_LIST, Bid
from shared_contracts.messages.download_list import DOWNLOAD_LIST, Download
from shared_contracts.messages.protocol import REVIEW_PROTOCOL
from shared_contracts.messages.purchase import PURCHASE
from tests import lists
from tests.clauses import clause
from tests.sez.systems import SIGNER, BothSystems

BIDDING = 2
"""Seconds for which a tender of these tests takes bids."""


def tender(systems: BothSystems, seconds: int = 3600) -> UUID:
    """A tender on record that takes bids for so long."""
    system = systems.system
    examples = Examples(system.publisher, system.users, system.files, (EXAMPLES,))
    wanted = ExampleRequest(example="announcement", bidding_seconds=seconds)
    made = examples.announce(wanted, uuid7())
    synchronised(systems, made)
    return made


def synchronised(systems: BothSystems, object_id: UUID) -> None:
    """Send until all versions of an object are on record."""
    systems.send_until(lambda: set(systems.states(object_id)) == {"SYNCHRONISED"})


def form(systems: BothSystems, object_type: str, object_id: UUID, maker: Any) -> AnyState:
    """Form the next version of a list."""
    return publish(systems.system.publisher.of(object_type), object_id, maker)


def on_record(systems: BothSystems, object_type: str, object_id: UUID) -> Any:
    """An object as it stands in the Registry."""
    kind = KINDS[object_type]
    key = systems.system.publisher.of(object_type).key(object_id)._replace(kind=object_type)
    return kind.objects.read(systems.registry.log.heads([key]).get(key))


def now(systems: BothSystems) -> datetime:
    """The SEZ's present moment."""
    return systems.system.publisher.clock()


def opens(systems: BothSystems, purchase: UUID) -> datetime:
    """When bidding for a purchase begins."""
    begins = systems.purchase(purchase).bids_from
    assert begins is not None
    return begins


def bids(at: datetime, *numbers: int) -> tuple[Bid, ...]:
    """Sealed bids for the first lot, submitted at a moment."""
    return tuple(lists.bid(number, at=at) for number in numbers)


@clause("S216-A3.1e", "S216-A2.1.5")
def test_bids_are_listed_sealed_then_final_then_opened(systems: BothSystems) -> None:
    purchase, list_id = tender(systems, BIDDING), uuid7()
    sealed = bids(opens(systems, purchase), 0, 1)
    early = versions.listing(purchase, now(systems), sealed, final=False)
    form(systems, BID_LIST, list_id, early)
    synchronised(systems, list_id)
    assert isinstance(on_record(systems, BID_LIST, list_id), SealedBidList)

    time.sleep(BIDDING)
    then = now(systems)
    final = versions.listing(purchase, then, sealed, final=True, reason="Приём окончен")
    form(systems, BID_LIST, list_id, final)
    synchronised(systems, list_id)
    assert isinstance(on_record(systems, BID_LIST, list_id), FinalBidList)

    opened = tuple(lists.put(bid, contents=lists.contents()) for bid in sealed)
    told = versions.listing(purchase, then, opened, final=True, reason="Вскрыто")
    form(systems, BID_LIST, list_id, told)
    synchronised(systems, list_id)
    state = on_record(systems, BID_LIST, list_id)
    assert isinstance(state, OpenedBidList)
    assert {bid.standing for bid in state.bids} == {"OPENED"}
    assert {str(bid.price) for bid in state.bids} == {"1000.00"}
    systems.registry.follower.catch_up()
    [row] = bid_listing.bid_lists(
        systems.registry.log, {"purchase": purchase, "status": "OPENED"}, 10
    )
    assert (row.bids, row.version, row.final) == (2, 3, True)


def test_opened_bids_stay_as_they_are_until_the_list_is_deleted(systems: BothSystems) -> None:
    purchase, list_id = tender(systems, BIDDING), uuid7()
    sealed = bids(opens(systems, purchase), 0, 1)
    time.sleep(BIDDING)
    opened = tuple(lists.put(bid, contents=lists.contents()) for bid in sealed)
    told = versions.listing(purchase, now(systems), opened, final=True, reason="Вскрыто")
    form(systems, BID_LIST, list_id, told)
    with pytest.raises(RefusedByRule, match="deleted"):
        form(systems, BID_LIST, list_id, told)
    form(systems, BID_LIST, list_id, versions.deletion("Ошибка", now(systems)))
    synchronised(systems, list_id)
    assert on_record(systems, BID_LIST, list_id).status == "DELETED"


def test_a_price_is_not_told_before_the_opening(systems: BothSystems) -> None:
    purchase, list_id = tender(systems), uuid7()
    at = now(systems)
    early = (lists.bid(0, at=at, contents=lists.contents()),)
    with pytest.raises(NotPublishable, match="F-BID-3"):
        form(systems, BID_LIST, list_id, versions.listing(purchase, at, early, final=True))


def test_a_list_of_a_purchase_that_there_is_not_is_not_formed(systems: BothSystems) -> None:
    at, nothing = now(systems), uuid7()
    with pytest.raises(NotPublishable, match="F-BID-1"):
        form(systems, BID_LIST, uuid7(), versions.listing(nothing, at, (), final=False))


@clause("S216-A3.1f")
def test_who_took_the_documentation_is_listed_and_an_unknown_file_refused(
    systems: BothSystems,
) -> None:
    purchase, list_id = tender(systems), uuid7()
    [file, *_] = systems.purchase(purchase).documents
    at = now(systems)
    taken = lists.download(at=at, document_id=file.document_id)
    form(systems, DOWNLOAD_LIST, list_id, listed(purchase, at, taken))
    synchronised(systems, list_id)
    later = at + timedelta(milliseconds=1)
    more = lists.download(1, at=later, document_id=file.document_id)
    part = downloads.Downloaded(purchase, now(systems), (more,), incremental=True)
    form(systems, DOWNLOAD_LIST, list_id, downloads.listing(part, "Дополнено"))
    synchronised(systems, list_id)
    systems.registry.follower.catch_up()
    [row] = download_listing.download_lists(systems.registry.log, {"purchase": purchase}, 9)
    assert (row.downloads, row.status) == (2, "RECORDED")
    assert on_record(systems, DOWNLOAD_LIST, list_id).downloads == row.downloads

    strange, other = uuid7(), lists.download(at=at)
    form(systems, DOWNLOAD_LIST, strange, listed(purchase, at, other))
    systems.send_until(lambda: systems.states(strange) == ["REFUSED"])
    [version] = systems.versions(strange)
    assert [finding.rule_id for finding in version.findings] == ["F-DWN-1"]
    assert on_record(systems, DOWNLOAD_LIST, strange).status == "UNKNOWN"


def listed(purchase: UUID, at: datetime, *taken: Download) -> downloads.Maker:
    """A whole list of what was taken until a moment."""
    return downloads.listing(downloads.Downloaded(purchase, at, taken))


def test_a_list_that_was_signed_elsewhere_is_not_taken(systems: BothSystems) -> None:
    purchase, list_id = tender(systems), uuid7()
    at = now(systems)
    maker = versions.listing(purchase, at, bids(at, 0), final=False)
    form(systems, BID_LIST, list_id, maker)
    with systems.program() as program:
        [version] = systems.versions(list_id)
        assert version.customer == ""
        synchronised(systems, list_id)
        message = systems.versions(list_id)[0].message_id
        package = program.get(f"/api/v1/packages/{message}/package").content
        assert b"BID_LIST" in package
    document = signed_bytes(systems, list_id)
    with pytest.raises(RefusedByRule, match="formed and signed by this system"):
        take_signed(systems.system.publisher, document)


def signed_bytes(systems: BothSystems, list_id: UUID) -> bytes:
    """The signed document of the first version of a list."""
    log = systems.system.log
    at = systems.system.publisher.of(BID_LIST).current_state(list_id)
    evidence = log.evidence(at.originator_id, 1, "document")
    assert evidence is not None
    return evidence


@clause("S216-A3.1e", "S216-A2.1.4")
def test_a_second_list_for_a_purchase_is_not_formed_until_the_first_is_gone(
    systems: BothSystems,
) -> None:
    purchase, first, second = tender(systems), uuid7(), uuid7()
    made = versions.listing(purchase, now(systems), (), final=False)
    form(systems, BID_LIST, first, made)
    with pytest.raises(NotPublishable, match="F-BID-7"):
        form(systems, BID_LIST, second, versions.listing(purchase, now(systems), (), final=False))
    form(systems, BID_LIST, first, versions.deletion("Ошибка", now(systems)))
    form(systems, BID_LIST, second, versions.listing(purchase, now(systems), (), final=False))
    synchronised(systems, second)
    assert on_record(systems, BID_LIST, first).status == "DELETED"
    assert on_record(systems, BID_LIST, second).status == "SEALED"


@clause("S216-9.2", "S216-A3.1i", "S216-A2.1.4")
def test_a_reviewed_list_stays_and_a_review_of_other_bids_is_not_signed(
    systems: BothSystems,
) -> None:
    purchase = tender(systems, BIDDING)
    listed = example(systems, "opened-bid-list", purchase, wait=BIDDING)
    review = example(systems, "review-protocol", purchase)
    refusals = (
        ("F-DEL-2", versions.deletion("Ошибка", now(systems))),
        ("F-BID-8", versions.listing(purchase, now(systems), (), final=True, reason="Ошибка")),
    )
    for rule, maker in refusals:
        with pytest.raises(NotPublishable, match=rule):
            form(systems, BID_LIST, listed, maker)
    reviews = systems.system.publisher.of(REVIEW_PROTOCOL)
    hand = systems.system.users.signer(SIGNER)
    document = reviews.current_state(review).state.document
    gone = protocols.deletion(REVIEW_PROTOCOL, "Ошибка", now(systems), SIGNER)
    publish(reviews, review, gone, (hand,))
    first = document.lot_reviews[0]
    fewer = lists.put(first, bid_count=1, bid_reviews=first.bid_reviews[:1])
    other = lists.put(document, lot_reviews=(fewer, *document.lot_reviews[1:]))
    with pytest.raises(NotPublishable, match="F-PRT-3"):
        publish(reviews, uuid7(), protocols.whole(REVIEW_PROTOCOL, other), (hand,))
    form(systems, BID_LIST, listed, versions.deletion("Ошибка", now(systems)))
    systems.send_until(lambda: not systems.unsynchronised())
    assert on_record(systems, BID_LIST, listed).status == "DELETED"
    assert on_record(systems, PURCHASE, purchase).bid_list_id is None


def example(systems: BothSystems, name: str, base: UUID, wait: float = 0) -> UUID:
    """Have an example on a tender announced, after some seconds."""
    time.sleep(wait)
    system = systems.system
    examples = Examples(system.publisher, system.users, system.files, (EXAMPLES, LISTS, REVIEWS))
    return examples.announce(ExampleRequest(example=name, base=base), uuid7())
