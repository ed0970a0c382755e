"""Records of every kind, as one after another they come of purchases: signed, or as facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry.kinds import KINDS
from registry.records.record import RecordVersion, VersionRecorded
from sez.examples.making import ExampleOrder, ExampleRequest
from sez.programmes import examples as programmes
from sez.programmes.programme import UnsignedProgramme
from sez.records.owner import Owner
from sez.suppliers import examples as suppliers
from sez.tendering.example_purchases import open_tender, single_source
from shared_contracts.astana_time import now
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import HeadKey, NewHead
from shared_contracts.event_log.writing.commit import Claim
from shared_contracts.identifiers import check_digit, uuid7
from shared_contracts.kinds.programme import LOAD
from shared_contracts.messages.document import Amendable, Environment, Ground, Party
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.package import FormedBy, RecordHeader
from shared_contracts.messages.programme import Programme
from shared_contracts.messages.protocol import Member
from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.versions import NEWEST
from tests import lists, protocol_samples
from tests.bench.sender import CUSTOMER, FORMED_BY, SEZ_CODE, Sender, enclosed, purchase
from tests.histories.protocols import lot_result, lot_review

put = msgspec.structs.replace
OWNER = Owner(Environment.STAND, SEZ_CODE, 2)
CHAIR = Member(iin=FORMED_BY.iin or "", name=FORMED_BY.name, role="SOLE")
"""The only member, who signs."""


def named(document: Any, object_type: str) -> Any:
    """The document on an object of its own, under the second conditions."""
    act = put(
        document.act,
        object_id=uuid7(),
        object_type=object_type,
        sez_code=SEZ_CODE,
        conditions_version=2,
    )
    return put(document, act=act)


def tender(at: datetime) -> Purchase:
    """An open tender whose bidding ended a minute ago."""
    begun, ended = at - timedelta(minutes=30), at - timedelta(minutes=1)
    made: Purchase = named(purchase(open_tender, begun), "PURCHASE")
    files = tuple(put(file, uploaded_at=begun) for file in made.documents)
    return put(made, bids_from=begun, bids_to=ended, opening_at=ended, documents=files)


def of_purchases(at: datetime) -> Iterator[Amendable]:
    """A tender to its results, a single source to its protocol, lists of both, a supplier."""
    bidding, single = tender(at), named(purchase(single_source, at), "PURCHASE")
    of_it: dict[str, Any] = {"purchase_id": bidding.act.object_id}
    begun = bidding.bids_from
    assert begun is not None
    bids = [
        lists.bid(
            number // 2,
            number % 2 + 1,
            at=begun,
            bid_id=uuid7(),
            contents=lists.contents(Decimal(1000 + number)),
        )
        for number in range(4)
    ]
    drawn_up = {"protocol_date": at, "members": (CHAIR,)}
    reviews = tuple(lot_review(number, bids) for number in (1, 2))
    review = named(
        protocol_samples.review(**of_it, **drawn_up, opened_at=at, lot_reviews=reviews),
        "REVIEW_PROTOCOL",
    )
    results = protocol_samples.results(
        **of_it,
        **drawn_up,
        review_protocol_id=review.act.object_id,
        lot_results=tuple(lot_result(one, rightly=True) for one in reviews),
    )
    yield bidding
    file = bidding.documents[0]
    taken = lists.download(at=at, document_id=file.document_id)
    yield named(lists.download_list(taken, as_of=at, **of_it), "DOWNLOAD_LIST")
    yield named(lists.bid_list(*bids, final=True, as_of=at, **of_it), "BID_LIST")
    yield review
    yield named(results, "RESULTS_PROTOCOL")
    yield single
    yield _conclusion(single, drawn_up)
    yield card(at)
    yield named(purchase(open_tender, at), "PURCHASE")


def _conclusion(single: Purchase, drawn_up: dict[str, Any]) -> Amendable:
    [lot] = single.lots
    concluded = protocol_samples.conclusion(
        lot_number=lot.lot_number, contract_price=lot.amount, delivery_places=lot.delivery_places
    )
    document: Amendable = named(
        protocol_samples.single_source(
            **drawn_up,
            purchase_id=single.act.object_id,
            ground=Ground(code="03"),
            lot_conclusions=(concluded,),
        ),
        "SINGLE_SOURCE_PROTOCOL",
    )
    return document


_cards = count()


def card(at: datetime) -> Amendable:
    """The card of a supplier whose number no other has."""
    order = ExampleOrder(ExampleRequest(example="supplier"), OWNER, uuid7(), CUSTOMER, at)
    whose = number(next(_cards))
    registered = date(2000 + int(whose[:2]), int(whose[2:4]), 12)
    made = put(suppliers.supplier(order), bin=whose, registration_date=registered)
    own: Amendable = named(made, "SUPPLIER")
    return own


def number(serial: int) -> str:
    """A BIN of an entity registered in a month of this century, another for each serial."""
    while True:
        month, low = divmod(serial, 90_000)
        head = f"{month // 12 % 24:02}{month % 12 + 1:02}40{low + 10_000:05}"
        if (last := check_digit(head)) is not None:
            return f"{head}{last}"
        serial += 1_000_000


_years = count(1)


def programme_of(at: datetime, serial: int) -> Programme:
    """The programme for the next year of a subsoil user that has none yet."""
    user = Party(bin=number(serial), name=CUSTOMER.name)
    return put(_programme(at, at.year + 1), subsoil_user=user)


def programme(at: datetime) -> Programme:
    """The customer's programme of a year of which there is none yet, however far that is."""
    return _programme(at, at.year + next(_years))


def _programme(at: datetime, year: int) -> Programme:
    order = ExampleOrder(ExampleRequest(example="annual-programme"), OWNER, uuid7(), CUSTOMER, at)
    made = programmes.prepare(order).make(OWNER, order.object_id, UnsignedProgramme())
    assert isinstance(made, Programme)
    items = tuple(
        put(
            item,
            year_plans=tuple(
                put(plan, year=year, purchase_month=f"{year}-03") for plan in item.year_plans
            ),
        )
        for item in made.items
    )
    [total] = made.year_totals
    ours: Programme = named(made, "PROGRAMME")
    return put(
        ours, year_from=year, year_to=year, items=items, year_totals=(put(total, year=year),)
    )


def messages(sender: Sender) -> tuple[bytes, bytes]:
    """A package with records of every kind that travel together, and one with a programme."""
    at = now()
    return (
        enclosed(_package(sender, tuple(of_purchases(at)), at)),
        enclosed(_package(sender, (programme(at),), at), LOAD),
    )


def _package(sender: Sender, documents: Sequence[Amendable], at: datetime) -> bytes:
    records = tuple(
        sender.record(document, document.published_at if isinstance(document, Purchase) else at)
        for document in documents
    )
    return sender.package(records, version=NEWEST)


@dataclass
class Recorded:
    """What the records of a package leave: facts, the states after them, what they claim."""

    states: dict[HeadKey, AggregateState[Any]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    @classmethod
    def of(cls, documents: Sequence[Amendable], document_hash: str) -> "Recorded":
        """The records of these documents, in their order."""
        made, message_id, at = cls(), uuid4(), now()
        for place, document in enumerate(documents, 1):
            made._record(document, document_hash, (message_id, place, at))
        return made

    @property
    def heads(self) -> tuple[NewHead, ...]:
        """Where each object stands at the end."""
        return tuple(at.head() for at in self.states.values())

    def _record(
        self, document: Amendable, document_hash: str, sent: tuple[UUID, int, datetime]
    ) -> None:
        act, (message_id, place, at) = document.act, sent
        key = self._key(act.object_type, act.object_id)
        header = RecordHeader(
            object_type=act.object_type,
            object_id=act.object_id,
            version=act.version,
            formed_at=at,
            formed_by=FormedBy(name=FORMED_BY.name),
            document_hash=document_hash,
        )
        present = self._at(key)
        delivery = RecordVersion(
            present.originator_id, SEZ_CODE, message_id, place, header, document, at, late=False
        )
        kind = KINDS[key.kind]
        events = kind.decide(present.state, delivery)
        recorded = (event for event in events if isinstance(event, VersionRecorded))
        self.claims += [one for event in recorded for one in kind.claims(event)]
        self._follow(key, events)
        for object_type, object_id in dict.fromkeys(kind_of(document).references(document)):
            other = self._key(object_type, object_id)
            learn = KINDS[object_type].learn
            self._follow(other, learn(self._at(other).state, object_id, delivery))

    def _key(self, object_type: str, object_id: UUID) -> HeadKey:
        return HeadKey(Environment.STAND, SEZ_CODE, object_type, object_id)

    def _at(self, key: HeadKey) -> AggregateState[Any]:
        kind = KINDS[key.kind].objects
        return self.states.get(key) or AggregateState(kind, key, uuid7(), 0, kind.initial)

    def _follow(self, key: HeadKey, events: Sequence[Any]) -> None:
        if events:
            at = self._at(key)
            self.facts += at.facts(events)
            self.states[key] = at.after(events)
