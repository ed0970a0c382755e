"""Random histories of purchases, their lists and protocols: both sides say the same (S216-13a).

What the SEZ lets through the Registry records. What the SEZ refuses is signed past it and sent: the
Registry refuses it too, by the same rules, and on neither side anything changes.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from registry.kinds import KINDS
from sez.bid_lists import versions as bid_lists
from sez.bid_lists.bid_list import FormedBidList
from sez.download_lists import versions as downloads
from sez.examples.making import ExampleRequest, Examples
from sez.protocols import versions as protocols
from sez.protocols.protocol import SignedProtocol
from sez.publication.checked_document import NotPublishable
from sez.publication.publish import publish
from sez.tendering import versions as tenders
from sez.tendering.examples import EXAMPLES
from sez.tendering.next_version import standing
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BID_LIST, Bid
from shared_contracts.messages.document import Ground
from shared_contracts.messages.download_list import DOWNLOAD_LIST
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.protocol import (
    PROTOCOLS,
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
    BidReview,
    LotResult,
    LotReview,
)
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.receipt import Severity
from shared_contracts.messages.versions import NEWEST
from tests import lists, protocol_samples
from tests.clauses import clause
from tests.registry.bid_lists.forming import formed
from tests.sez.systems import BothSystems
from tests.story import Clock, Story

SEED = int(os.environ.get("HISTORY_SEED", "216"))
"""Which history is played; another is asked for by ``HISTORY_SEED``."""

SECONDS = 8.0
"""For so long steps are taken, in both histories."""

BIDDING = 2
"""Seconds for which most tenders take bids."""

STEPS = 40
"""Most steps of a history."""

LIKELY = 0.8
"""How often a step takes what is there, and not something new."""

HANDS = ("customer1-head", "customer1-signer")
STATES = {"SIGNED": ("ACCEPTED", "AMENDED"), "DELETED": ("DELETED", "VOIDED")}
"""What an object is called in the Registry, by its name in the SEZ, where that differs."""


@dataclass(frozen=True)
class Step:
    """A version that somebody wants formed: of which object, how it is made."""

    name: str
    object_type: str
    object_id: UUID
    make: Any


@dataclass
class Play:
    """A history under way."""

    systems: BothSystems
    chance: random.Random
    purchases: list[UUID] = field(default_factory=list)
    objects: dict[UUID, str] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @cached_property
    def story(self) -> Story:
        """What signs and sends past the SEZ, under numbers that it never reaches."""
        story = Story(self.systems.registry, self.systems.pki, Clock())
        return replace(story, numbers=count(1_000_000))

    # What is there

    @property
    def now(self) -> datetime:
        return self.systems.system.publisher.clock()

    def state(self, object_type: str, object_id: UUID) -> Any:
        return self.systems.system.publisher.of(object_type).current_state(object_id).state

    def on_record(self, object_type: str, object_id: UUID) -> Any:
        key = self.systems.system.publisher.of(object_type).key(object_id)
        named = key._replace(kind=object_type)
        return KINDS[object_type].objects.read(self.systems.registry.log.heads([named]).get(named))

    def everything(self) -> list[tuple[Any, Any]]:
        return [(self.state(of, one), self.on_record(of, one)) for one, of in self.objects.items()]

    def some(self, object_type: str, purchase: UUID) -> UUID:
        """An object of a purchase that is there, or a new one, seldom though there is one."""
        found = [
            one
            for one, of in self.objects.items()
            if of == object_type and self._purchase(of, one) == purchase
        ]
        return self.chance.choice(found) if found and self.chance.random() < LIKELY else uuid7()

    def _purchase(self, object_type: str, object_id: UUID) -> UUID | None:
        document = getattr(self.state(object_type, object_id), "document", None)
        return getattr(document, "purchase_id", None)

    # What is done

    def announce(self, seconds: int, example: str = "announcement") -> None:
        """A purchase that takes bids for so long, or longer where signing took that."""
        system = self.systems.system
        examples = Examples(system.publisher, system.users, system.files, (EXAMPLES,))
        wanted = ExampleRequest(example=example, bidding_seconds=seconds)
        try:
            made = examples.announce(wanted, uuid7())
        except NotPublishable:
            self.announce(3 * seconds, example)
            return
        self.systems.send_until(lambda: not self.systems.unsynchronised())
        self.purchases.append(made)
        self.objects[made] = PURCHASE

    def wait_for_the_end(self) -> None:
        """Wait until bidding has ended for those that take bids for seconds only."""
        ends = (self.systems.purchase(one).bids_to for one in self.purchases)
        soon = [end for end in ends if end is not None and end < self.now + timedelta(minutes=1)]
        while self.now <= max(soon):
            time.sleep(0.05)

    def take(self, step: Step) -> None:
        """Have the SEZ form a version, or else see that the Registry does not take it either."""
        publisher = self.systems.system.publisher.of(step.object_type)
        before = self.everything()
        try:
            publish(publisher, step.object_id, step.make, self._hands(step))
        except NotPublishable as refusal:
            rules = {one.rule_id for one in refusal.findings}
        except RefusedByRule:
            rules = set()
        else:
            self.objects[step.object_id] = step.object_type
            self.systems.send_until(lambda: not self.systems.unsynchronised())
            self.taken[step.name] += 1
            return
        found = self._refusal(step)
        assert found, (step.name, rules)
        if not rules:  # the state of its object does not take it, which one rule says there
            assert "F-HDR-2" in found, (step.name, found)
        assert rules <= found, (step.name, rules, found)
        assert not rules or found - rules <= {"F-HDR-2"}, (step.name, rules, found)
        assert self.everything() == before, step.name
        self.refused[step.name] += 1

    def _hands(self, step: Step) -> list[Any]:
        if step.object_type == PURCHASE:
            return [self.systems.system.users.signer(HANDS[0])]
        if step.object_type in PROTOCOLS:
            return [self.systems.system.users.signer(name) for name in HANDS]
        return []

    def _refusal(self, step: Step) -> set[str]:
        """The rules by which the Registry refuses what the SEZ does not sign."""
        state = self.state(step.object_type, step.object_id)
        document = step.make(self.systems.system.publisher.owner, step.object_id, state)
        if kind_of(document).by_system:
            signed = formed(self.story, document)
        else:
            names = HANDS[:1] if step.object_type == PURCHASE else HANDS
            signed = self.story.sign(document, *names)
        answer = self.story.tell(signed, contract_version=NEWEST)
        assert answer.outcome[0] == "REFUSED", (step.name, document)
        errors = (one for one in answer.receipt.findings if one.severity is Severity.ERROR)
        return {one.rule_id for one in errors}


# The steps


def bids(play: Play, purchase: UUID, most: int, price: str | None = None) -> tuple[Bid, ...]:
    """Some bids for both lots, with what they offer or sealed."""
    stands = standing(play.state(PURCHASE, purchase))
    assert stands is not None
    begun, made = stands.bids_from or stands.published_at, []
    for number in range(most):
        bid = lists.bid(number // 2 % 2, number % 2 + 1, at=begun)
        if price is not None:
            offered = lists.contents(Decimal(price) * (number + 1))
            bid = lists.put(bid, contents=offered)
        made.append(lists.put(bid, bid_id=UUID(int=purchase.int ^ (number + 1))))
    return tuple(made)


def listed(name: str, *, final: bool, price: str | None = None) -> Callable[[Play, UUID], Step]:
    """A list of some bids."""

    def step(play: Play, purchase: UUID) -> Step:
        list_id = play.some(BID_LIST, purchase)
        before = play.state(BID_LIST, list_id)
        known = len(before.document.bids) if isinstance(before, FormedBidList) else 4
        most = known if play.chance.random() < LIKELY else play.chance.choice((0, 2, 4))
        some = bids(play, purchase, most, price)
        why = "Уточнение"
        make = bid_lists.listing(purchase, play.now, some, final=final, reason=why)
        return Step(name, BID_LIST, list_id, make)

    return step


def list_gone(play: Play, purchase: UUID) -> Step | None:
    """The deletion of a list that is there."""
    list_id = play.some(BID_LIST, purchase)
    if list_id not in play.objects:
        return None
    return Step("list deleted", BID_LIST, list_id, bid_lists.deletion("Ошибка", play.now))


def reviewed(name: str, change: Callable[[list[Bid]], list[Bid]]) -> Callable[[Play, UUID], Any]:
    """The review of the listed bids, after a change."""

    def step(play: Play, purchase: UUID) -> Step:
        found = [one for one, of in play.objects.items() if of == BID_LIST]
        states = [play.state(BID_LIST, one) for one in found]
        own = [one.document for one in states if isinstance(one, FormedBidList)]
        there = [one for one in own if one.purchase_id == purchase]
        some = change(list(there[0].bids if there else bids(play, purchase, 4, "10.00")))
        at = play.now
        document = protocol_samples.review(
            purchase_id=purchase,
            protocol_date=at,
            opened_at=at,
            lot_reviews=tuple(lot_review(number, some) for number in (1, 2)),
        )
        make = protocols.whole(REVIEW_PROTOCOL, document, "Уточнение")
        return Step(name, REVIEW_PROTOCOL, play.some(REVIEW_PROTOCOL, purchase), make)

    return step


def other(bid: Bid) -> Bid:
    """The same bid under another id."""
    changed: Bid = lists.put(bid, bid_id=uuid7())
    return changed


def lot_review(number: int, some: list[Bid]) -> LotReview:
    """The review of a lot: all its bids are admitted, or it failed without any."""
    reviews = tuple(
        BidReview(
            bid_id=bid.bid_id,
            supplier=bid.supplier or lists.bidder(0),
            submitted_at=bid.submitted_at,
            price=bid.contents.price if bid.contents else Decimal("7.00"),
            decision="ADMITTED",
        )
        for bid in some
        if bid.lot_number == number
    )
    if reviews:
        return protocol_samples.lot_review(number, bid_count=len(reviews), bid_reviews=reviews)
    ground = Ground(code="NO_BIDS")
    return LotReview(lot_number=number, bid_count=0, decision="FAILED", failure_ground=ground)


def gone(object_type: str) -> Callable[[Play, UUID], Step | None]:
    """The deletion of a protocol that is there."""

    def step(play: Play, purchase: UUID) -> Step | None:
        protocol = play.some(object_type, purchase)
        if protocol not in play.objects:
            return None
        make = protocols.deletion(object_type, "Ошибка", play.now, "Бекова А. М.")
        return Step(f"{object_type} deleted", object_type, protocol, make)

    return step


def summed_up(name: str, *, rightly: bool) -> Callable[[Play, UUID], Step | None]:
    """The results that follow from the review, or others."""

    def step(play: Play, purchase: UUID) -> Step | None:
        review = play.some(REVIEW_PROTOCOL, purchase)
        stands = play.state(REVIEW_PROTOCOL, review)
        if not isinstance(stands, SignedProtocol):
            return None
        document = protocol_samples.results(
            purchase_id=purchase,
            review_protocol_id=review,
            protocol_date=play.now,
            lot_results=tuple(
                lot_result(lot, rightly=rightly) for lot in stands.document.lot_reviews
            ),
        )
        make = protocols.whole(RESULTS_PROTOCOL, document, "Уточнение")
        return Step(name, RESULTS_PROTOCOL, play.some(RESULTS_PROTOCOL, purchase), make)

    return step


def lot_result(lot: LotReview, *, rightly: bool) -> LotResult:
    """The cheapest bid wins, or else the dearest; without bids the lot failed."""
    bids = sorted(lot.bid_reviews, key=lambda one: one.price, reverse=not rightly)
    places = [
        protocol_samples.ranked(place, bid, "0.00", str(bid.price))
        for place, bid in enumerate(bids, 1)
    ]
    if places:
        return protocol_samples.won(lot.lot_number, *places)
    number, ground = lot.lot_number, Ground(code="NO_BIDS")
    return LotResult(lot_number=number, outcome="FAILED", ground=ground)


def concluded(play: Play, purchase: UUID) -> Step:
    """The protocol of a purchase from a single source."""
    named = {"purchase_id": purchase, "protocol_date": play.now, "ground": Ground(code="03")}
    document = protocol_samples.single_source(**named)
    make = protocols.whole(SINGLE_SOURCE_PROTOCOL, document, "Уточнение")
    protocol = play.some(SINGLE_SOURCE_PROTOCOL, purchase)
    return Step("single source", SINGLE_SOURCE_PROTOCOL, protocol, make)


def taken(play: Play, purchase: UUID) -> Step:
    """A list of those who took the documentation, anew or as the next version."""
    stands = standing(play.state(PURCHASE, purchase))
    assert stands is not None
    file, at = stands.purchase.documents[0], play.now
    one = lists.download(at=at, document_id=file.document_id, document_version=file.version)
    some = (one,) * play.chance.randrange(2)
    make = downloads.listing(downloads.Downloaded(purchase, at, some), "Уточнение")
    return Step("downloads", DOWNLOAD_LIST, play.some(DOWNLOAD_LIST, purchase), make)


def purchase_ended(_play: Play, purchase: UUID) -> Step:
    """The purchase is cancelled."""
    make = tenders.end("CANCELLED", Ground(code="CUSTOMER"), "Отмена")
    return Step("purchase cancelled", PURCHASE, purchase, make)


def purchase_gone(play: Play, purchase: UUID) -> Step:
    """The purchase is deleted."""
    make = tenders.deletion("Ошибка", play.now, "Бекова А. М.")
    return Step("purchase deleted", PURCHASE, purchase, make)


def extended(play: Play, purchase: UUID) -> Step | None:
    """More time for bids, of a purchase that takes any."""
    if play.systems.system.publisher.current_state(purchase).state.purchase.bids_to is None:
        return None
    later = play.now + timedelta(days=9)
    make = tenders.extension(later, later, "Продление", "Бекова А. М.")
    return Step("extended", PURCHASE, purchase, make)


ALL: list[tuple[float, Callable[[Play, UUID], Step | None]]] = [
    (5, listed("sealed list", final=False)),
    (4, listed("final list", final=True)),
    (9, listed("opened list", final=True, price="10.00")),
    (2, listed("price in a list that goes on", final=False, price="10.00")),
    (3, list_gone),
    (12, reviewed("review", lambda some: some)),
    (3, reviewed("review of fewer", lambda some: some[1:])),
    (2, reviewed("review of others", lambda some: [*map(other, some)])),
    (2, gone(REVIEW_PROTOCOL)),
    (25, summed_up("results", rightly=True)),
    (10, summed_up("results of others", rightly=False)),
    (2, gone(RESULTS_PROTOCOL)),
    (3, concluded),
    (2, gone(SINGLE_SOURCE_PROTOCOL)),
    (3, taken),
    (0.4, purchase_ended),
    (0.4, purchase_gone),
    (1, extended),
]
"""The steps, and how often each is taken."""


def in_words(object_type: str, state: Any) -> tuple[str, ...]:
    """What an object of the SEZ is called in the Registry."""
    if object_type == PURCHASE:
        stands = standing(state)
        return () if stands is None else (stands.status,)
    if object_type == BID_LIST and isinstance(state, FormedBidList):
        sealed = "FINAL" if state.document.final else "SEALED"
        return ("OPENED" if state.opened else sealed,)
    if object_type == DOWNLOAD_LIST and state.status == "FORMED":
        return ("RECORDED",)
    return STATES.get(state.status, (state.status,))


@clause("S216-13a", "S216-18.1", "S216-A3.1e", "S216-A3.1f")
@clause("S216-9.2", "S216-9.3", "S216-9.4", "S216-A3.1i")
@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_both_sides_take_and_refuse_the_same(systems: BothSystems, seed: int) -> None:
    play = Play(systems, random.Random(seed))  # noqa: S311  # a history, no secret
    for seconds in (BIDDING, BIDDING, 3600):
        play.announce(seconds)
    play.announce(BIDDING, "single-source")
    play.wait_for_the_end()
    weights = [weight for weight, _ in ALL]
    deadline = time.monotonic() + SECONDS / 2
    for _ in range(STEPS):
        if time.monotonic() > deadline:
            break
        [(_, kind)] = play.chance.choices(ALL, weights)
        [purchase] = play.chance.choices(play.purchases, (4, 4, 1, 2))
        step = kind(play, purchase)
        if step is not None:
            play.take(step)
    assert sum(play.taken.values()) >= 3, play.taken
    assert sum(play.refused.values()) >= 3, play.refused
    same_on_both_sides(play)
    systems.registry.follower.catch_up()
    assert not audit(str(systems.registry.settings.database_url)).differences


def same_on_both_sides(play: Play) -> None:
    """Every object has the same version, hash and state on both sides."""
    for object_id, object_type in play.objects.items():
        here, there = play.state(object_type, object_id), play.on_record(object_type, object_id)
        assert (here.version, here.document_hash) == (there.version, there.document_hash)
        assert there.status in in_words(object_type, here)
        if object_type == PURCHASE:
            known = standing(here)
            assert known is not None
            for name in ("bid_list_id", "review_id", "results_id"):
                assert getattr(known, name) == getattr(there, name)
        if object_type in PROTOCOLS:
            assert isinstance(here, SignedProtocol) is (there.status != "VOIDED")
