"""No sequence of lawful versions does what one of them may not."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.purchases import purchase, states
from registry.purchases.rules.examine import RULES
from registry.purchases.rules.recorded import PurchaseFacts
from registry.purchases.states import (
    AnnouncedPurchase,
    DeletedPurchase,
    FailedPurchase,
    UnknownPurchase,
)
from registry.records.record import RecordVersion
from registry.records.rules.facts import Facts, SendingSystem
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.faults import Refused
from shared_contracts.messages.document import Amendable, Environment, Ground, Operation
from shared_contracts.messages.package import FormedBy, RecordHeader
from shared_contracts.messages.purchase import Outcome, Purchase, PurchaseExtension
from shared_contracts.rules.catalogue import has_errors
from shared_contracts.rules.examine import examine_document
from tests import samples
from tests.samples import AT

REGISTRY_ID = UUID("01939b2e-7c00-7abc-8def-0123456789ab")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TIMES = ("published_at", "bids_from", "bids_to", "opening_at", "auction_from", "auction_to")


@dataclass
class Course:
    """A purchase as the Registry's rules let it become; ``document`` is its last whole version."""

    document: Purchase
    now: datetime = AT
    state: states.State = field(default_factory=UnknownPurchase)

    def offer(self, document: Amendable) -> bool:
        """Whether the rules take ``document``, formed now; if so it is recorded."""
        header = RecordHeader(
            object_type=document.act.object_type,
            object_id=document.act.object_id,
            version=document.act.version,
            formed_at=self.now,
            formed_by=FormedBy(name="Ахметов Ерлан", iin=samples.SIGNER_IIN),
            document_hash=sha256(msgspec.json.encode(document)).hexdigest(),
        )
        known = None if isinstance(self.state, UnknownPurchase) else self.state
        facts: PurchaseFacts = Facts(
            sez_code=samples.SEZ_CODE,
            environment=Environment.STAND,
            received_at=self.now,
            first_received_at=self.now,
            sender=SendingSystem(date(2020, 1, 1)),
            number=1,
            header=header,
            codes=builtin(),
            current=known,
        )
        found = [*examine_document(document, self.now), *RULES.examine(document, facts)]
        if has_errors(found):
            return False
        asked = RecordVersion(
            REGISTRY_ID, samples.SEZ_CODE, REGISTRY_ID, 1, header, document, self.now, late=False
        )
        try:
            for event in purchase.decide(self.state, asked):
                self.state = purchase.evolve(self.state, event)
        except Refused:
            return False
        self._keep(document)
        return True

    def _keep(self, document: Amendable) -> None:
        if isinstance(document, Purchase):
            self.document = document
        elif isinstance(document, PurchaseExtension):
            self.document = msgspec.structs.replace(
                self.document,
                bids_to=document.new_bids_to,
                opening_at=document.new_opening_at or self.document.opening_at,
            )

    def act(self, operation: Operation = Operation.UPDATE) -> Any:
        """The act of the next version."""
        assert not isinstance(self.state, UnknownPurchase)
        return samples.act(
            self.state.version + 1, operation, "Себебі бар", previous_hash=self.state.document_hash
        )

    def change(self, **times: datetime | None) -> Purchase:
        """The purchase with other times."""
        return msgspec.structs.replace(self.document, act=self.act(), **times)

    def end(self, kind: str) -> Purchase:
        """The purchase as it is, with its end declared."""
        code = {"FAILED": "NO_BIDS", "CANCELLED": "CUSTOMER"}[kind]
        return self.change_outcome(Outcome(kind=kind, ground=Ground(code=code)))

    def change_outcome(self, outcome: Outcome) -> Purchase:
        """The purchase as it is, with an outcome."""
        return msgspec.structs.replace(self.document, act=self.act(), outcome=outcome)

    def extension(self, bids_to: datetime, opening_at: datetime | None) -> PurchaseExtension:
        """An extension of the bidding."""
        assert self.document.bids_to is not None
        return PurchaseExtension(
            act=self.act(),
            old_bids_to=self.document.bids_to,
            new_bids_to=bids_to,
            old_opening_at=self.document.opening_at if opening_at else None,
            new_opening_at=opening_at,
            documentation_changed=False,
            decided_by="Комиссия",
        )

    def deletion(self) -> Amendable:
        """The removal of the purchase."""
        gone = samples.deletion(deleted_at=self.now)
        return msgspec.structs.replace(gone, act=self.act(Operation.DELETE), deleted_at=self.now)


def course_of(make: Any = samples.purchase_auction, at: datetime = AT) -> Course:
    """An announced purchase."""
    opened = Course(make(at), at)
    assert opened.offer(opened.document)
    return opened


passing = st.sampled_from([0, 1, 24, 11 * 24, 12 * 24, 13 * 24, 20 * 24]).map(lambda n: n * HOUR)
shifts = st.sampled_from([-30, -12, -1, 0, 1, 13, 30]).map(lambda n: n * DAY)
steps = st.one_of(
    st.tuples(st.just("move"), passing, st.sampled_from(TIMES), shifts),
    st.tuples(st.just("drop"), passing, st.sampled_from(TIMES[1:]), shifts),
    st.tuples(st.just("extend"), passing, st.just("bids_to"), shifts),
    st.tuples(st.sampled_from(["FAILED", "CANCELLED"]), passing, st.just(""), shifts),
)
"""What is tried, after how long, with which moment (and all that follow it), moved by how much."""


def take(place: Course, step: tuple[str, timedelta, str, timedelta]) -> bool:
    """Try one step; whether it was accepted."""
    kind, passed, name, shift = step
    place.now += passed
    if kind == "extend":
        assert place.document.bids_to is not None
        end = max(place.document.bids_to, place.now) + shift
        return place.offer(place.extension(end, end))
    if kind == "move":
        return place.offer(place.change(**moved(place.document, name, shift)))
    if kind == "drop":
        return place.offer(place.change(**{name: None}))
    return place.offer(place.end(kind))


def moved(document: Purchase, first: str, shift: timedelta) -> dict[str, datetime]:
    """The times of a purchase from ``first`` on, in their order, all moved."""
    names = TIMES[TIMES.index(first) :]
    return {name: at + shift for name in names if (at := getattr(document, name)) is not None}


@pytest.mark.clause("S216-A3.1c", "S216-A3.1d", "S216-A3.1h", "S216-A3.1i")
@settings(max_examples=200, deadline=None)
@given(
    st.lists(steps, min_size=1, max_size=8),
    st.sampled_from([samples.purchase_auction, samples.purchase_open_tender]),
)
def test_no_sequence_shortens_reopens_or_fails_bidding_early_and_every_state_can_be_left(
    steps: list[tuple[str, timedelta, str, timedelta]], make: Any
) -> None:
    place = course_of(make)
    for step in steps:
        before = place.state
        assert isinstance(before, AnnouncedPurchase)
        taken = take(place, step)
        after = place.state
        assert not isinstance(after, UnknownPurchase)
        if not taken:
            assert after == before
        assert_nothing_was_taken_from_bidders(before, after, place.now)
        if not isinstance(after, AnnouncedPurchase):
            break
        assert replace(place).offer(place.end("CANCELLED"))
    assert replace(place).offer(place.deletion())


def assert_nothing_was_taken_from_bidders(
    before: AnnouncedPurchase, after: states.PurchaseOnRecord, now: datetime
) -> None:
    """What was announced to bidders holds in what the purchase has become."""
    for name in TIMES:
        old, new = getattr(before, name), getattr(after, name)
        assert old is None or new >= old, name
        assert old is None or now < old or new == old, name
    if now >= before.published_at:
        assert (after.published_at, after.bids_from) == (before.published_at, before.bids_from)
    assert set(before.lots) <= set(after.lots)
    if isinstance(after, FailedPurchase):
        assert before.bids_to is not None
        assert now >= before.bids_to


@pytest.mark.clause("S216-A3.1c")
def test_an_auction_day_is_moved_before_bidding_is_extended_past_it() -> None:
    place = course_of()
    place.now += DAY
    beyond = AT + 15 * DAY
    assert not place.offer(place.extension(beyond, beyond))
    later = place.change(auction_from=AT + 16 * DAY, auction_to=AT + 16 * DAY + HOUR)
    assert place.offer(later)
    assert place.offer(place.extension(beyond, beyond))
    assert place.offer(place.end("CANCELLED"))


@pytest.mark.clause("S216-A3.1h", "S216-A3.1i")
def test_what_was_accepted_past_its_auction_day_can_be_cancelled() -> None:
    place = course_of()
    assert isinstance(place.state, AnnouncedPurchase)
    place.state = msgspec.structs.replace(place.state, bids_to=AT + 15 * DAY)
    place.document = msgspec.structs.replace(place.document, bids_to=AT + 15 * DAY)
    place.now = AT + 20 * DAY
    assert place.offer(place.end("CANCELLED"))
    assert place.offer(place.deletion())
    assert isinstance(place.state, DeletedPurchase)


@pytest.mark.clause("S216-18.3", "S216-A3.1a")
def test_a_purchase_of_another_year_is_not_announced_today() -> None:
    old = samples.purchase_open_tender(AT - 400 * DAY)
    assert not Course(old, AT).offer(old)
    assert Course(old, AT - 400 * DAY).offer(old)


@pytest.mark.clause("S216-12a", "S216-A3.1b")
def test_a_file_is_not_swapped_after_a_whole_change_either() -> None:
    place = course_of(samples.purchase_open_tender)
    first, *others = place.document.documents
    second = msgspec.structs.replace(first, version=2, sha256="a" * 64)
    place.now += DAY
    assert place.offer(msgspec.structs.replace(place.change(), documents=(second, *others)))
    swapped = msgspec.structs.replace(first, sha256="b" * 64)
    place.now += DAY
    assert not place.offer(msgspec.structs.replace(place.change(), documents=(swapped, *others)))
    assert place.offer(msgspec.structs.replace(place.change(), documents=(first, *others)))
