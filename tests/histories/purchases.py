"""Steps of a random history with purchases and with the cards of suppliers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from sez.examples.making import ExampleOrder, ExampleRequest
from sez.records.owner import Owner
from sez.suppliers import examples as cards
from sez.suppliers import versions as suppliers
from sez.suppliers.states import ActiveCard
from sez.tendering import example_purchases, versions
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment, Ground
from shared_contracts.messages.purchase import PURCHASE, Purchase
from shared_contracts.messages.supplier import SUPPLIER
from tests import samples
from tests.histories.history import LIKELY, WHY, History, Step

put = msgspec.structs.replace
Stepped = Callable[[History, UUID], Step | None]

SHORT = 2
"""Seconds for which most tenders take bids."""


def planned(play: History, method: str, seconds: float, base: UUID | None = None) -> Purchase:
    """A purchase by a method that takes bids for so long from now on."""
    named = samples.act(object_id=uuid7())
    bidding = timedelta(seconds=seconds)
    setting = example_purchases.Setting(named, samples.customer(), play.now, bidding)
    if method == "SS":
        return example_purchases.single_source(setting, base).purchase
    if method == "OT":
        return example_purchases.open_tender(setting).purchase
    auction = example_purchases.auction(setting).purchase
    assert auction.bids_to is not None
    end = auction.bids_to
    return put(auction, auction_from=end, auction_to=end + timedelta(seconds=1))


def announcing(method: str, seconds: float) -> Callable[[History, UUID], Step]:
    """A new purchase by a method, which takes bids for so long."""

    def step(play: History, _purchase: UUID) -> Step:
        make = versions.announcement(planned(play, method, seconds))
        return Step(f"{method} announced", PURCHASE, uuid7(), make)

    return step


def announced(play: History, purchase: UUID) -> Step:
    """A new purchase by any method."""
    method, seconds = play.chance.choice((("OT", SHORT), ("EA", SHORT), ("SS", 0), ("OT", 3600)))
    return announcing(method, seconds)(play, purchase)


def announced_wrongly(play: History, _purchase: UUID) -> Step:
    """A purchase whose total is not the sum of its lots, or with fewer lots than it says."""
    purchase = planned(play, "OT", 3600)
    wrong = play.chance.choice(({"planned_total": purchase.planned_total + 1}, {"lot_count": 7}))
    make = versions.announcement(put(purchase, **wrong))
    return Step("announced wrongly", PURCHASE, uuid7(), make)


def announced_after(play: History, purchase: UUID) -> Step:
    """A purchase from a single source on the base of another, which may have failed."""
    failed = [one for one in play.purchases if play.standing(one).status == "FAILED"]
    if failed and play.chance.random() < LIKELY:
        purchase = play.chance.choice(failed)
    make = versions.announcement(planned(play, "SS", 0, purchase))
    return Step("announced on a base", PURCHASE, uuid7(), make)


def changed(play: History, purchase: UUID) -> Step:
    """Another telephone of whom to ask."""
    known = play.standing(purchase).purchase
    phone = f"+7712230{play.chance.randrange(1000, 9999)}"
    contacts = tuple(put(one, phones=(phone,)) for one in known.contacts)
    make = versions.change(put(known, contacts=contacts), WHY)
    return Step("purchase changed", PURCHASE, purchase, make)


def changed_wrongly(play: History, purchase: UUID) -> Step:
    """Another method, another customer, less time, or a sum that is none."""
    known = play.standing(purchase).purchase
    wrong: list[dict[str, Any]] = [
        {"planned_total": known.planned_total + 1},
        {"customer": samples.contractor()},
        {"published_at": play.now},
    ]
    if known.bids_to is not None:
        wrong.append({"bids_to": known.bids_to - timedelta(seconds=1)})
    make = versions.change(put(known, **play.chance.choice(wrong)), WHY)
    return Step("changed wrongly", PURCHASE, purchase, make)


def documented(play: History, purchase: UUID) -> Step:
    """A later version of a file of the documentation, or the same again."""
    first, *others = play.standing(purchase).purchase.documents
    if play.chance.random() < 0.7:
        first = put(first, version=first.version + 1, uploaded_at=play.now)
    make = versions.documentation((first, *others), WHY)
    return Step("documentation", PURCHASE, purchase, make)


def extended(play: History, purchase: UUID) -> Step | None:
    """More time for bids, of a purchase that takes any; or less."""
    if play.standing(purchase).bids_to is None:
        return None
    days = play.chance.choice((9, 9, -9))
    later = play.now + timedelta(days=days)
    make = versions.extension(later, later, "Продление", "Бекова А. М.")
    return Step("extended" if days > 0 else "shortened", PURCHASE, purchase, make)


def ended(kind: str, code: str) -> Stepped:
    """The purchase failed or is cancelled."""

    def step(_play: History, purchase: UUID) -> Step:
        make = versions.end(kind, Ground(code=code), "Отмена")
        return Step(f"purchase {kind.lower()}", PURCHASE, purchase, make)

    return step


def gone(play: History, purchase: UUID) -> Step:
    """The purchase is deleted."""
    make = versions.deletion("Ошибка", play.now, "Бекова А. М.")
    return Step("purchase deleted", PURCHASE, purchase, make)


def registered(play: History, _purchase: UUID) -> Step:
    """The card of a new supplier, here or abroad; or one with a number that is none."""
    owner, made = Owner(Environment.STAND, samples.SEZ_CODE), play.chance.random()
    wanted = ExampleRequest(example="supplier")
    order = ExampleOrder(wanted, owner, uuid7(), samples.customer(), play.now)
    card = cards.supplier(order) if made < 0.6 else cards.foreign_supplier(order)
    if made < 0.15:
        card = put(card, bin="160540000018")
    name = "registered" if made >= 0.15 else "registered wrongly"
    return Step(name, SUPPLIER, uuid7(), suppliers.registration(card))


def card_changed(play: History, _purchase: UUID) -> Step | None:
    """The status or, unlawfully, the number of a supplier that is there."""
    found = play.of(SUPPLIER)
    if not found:
        return None
    one = play.chance.choice(found)
    state = play.state(SUPPLIER, one)
    if not hasattr(state, "card"):
        return None
    card, other = state.card, "INACTIVE" if state.card.status == "ACTIVE" else "ACTIVE"
    wrong = card.bin is not None and play.chance.random() < 0.3
    card = put(card, bin="160540000019") if wrong else put(card, status=other)
    name = "number changed" if wrong else "card changed"
    return Step(name, SUPPLIER, one, suppliers.change(card, WHY))


def card_gone(play: History, _purchase: UUID) -> Step | None:
    """A supplier that is there is deleted."""
    found = [one for one in play.of(SUPPLIER) if isinstance(play.state(SUPPLIER, one), ActiveCard)]
    if not found:
        return None
    make = suppliers.deletion("Ошибка", play.now, "Бекова А. М.")
    return Step("supplier deleted", SUPPLIER, play.chance.choice(found), make)
