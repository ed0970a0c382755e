"""Each rule at its bound: what just fits is silent, what is just beyond is found."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared_contracts.messages.document import (
    Amendable,
    Ground,
    LocalizedText,
    Operation,
    Term,
)
from shared_contracts.messages.purchase import (
    BasePurchase,
    DeliveryTerm,
    Outcome,
    PaymentTerms,
    Purchase,
    PurchaseExtension,
)
from shared_contracts.rules.examine import examine_document
from tests import samples
from tests.samples import AT
from tests.shared_contracts.rules.broken import EA, OT, SS, files, lot, put

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
CENT = Decimal("0.01")
REPEAT = BasePurchase(relation="REPEAT", object_id=samples.BASE_ID)
WIDEST = Decimal("9999999999999999.99")
"""Eighteen digits, two of them decimals."""


@dataclass(frozen=True)
class Bound:
    """A rule, a document that just keeps it, and one that just breaks it; both formed at ``at``."""

    rule: str
    keeps: Amendable
    breaks: Amendable
    at: datetime = AT


def bidding(document: Purchase, days: int, *, less: timedelta = timedelta()) -> Purchase:
    """The purchase with a term of bidding of so many days."""
    end = AT + days * DAY - less
    return put(document, bids_to=end, opening_at=end)


def summed(number: int, amount: Decimal, **changes: object) -> Purchase:
    """The open tender with the amount of one lot, and a total that fits."""
    changed = lot(number, amount=amount, **changes)
    return put(changed, planned_total=sum((one.amount for one in changed.lots), Decimal(0)))


def right_of(day: date) -> Purchase:
    """The open tender under a contract of a day."""
    return put(OT, subsoil_rights=(put(OT.subsoil_rights[0], date=day),))


def published(at: datetime) -> Purchase:
    """The open tender of another day, under an older contract."""
    rights = (put(OT.subsoil_rights[0], date=date(2010, 1, 1)),)
    lots = (put(OT.lots[0], subsoil_rights=()), OT.lots[1])
    return put(samples.purchase_open_tender(at), subsoil_rights=rights, lots=lots)


def paid(total: Decimal) -> Purchase:
    """The open tender with shares of payment that make up a total."""
    return lot(
        1, payment_terms=PaymentTerms(prepayment=total, interim=Decimal(0), final=Decimal(0))
    )


EXPECTED = OT.lots[0].amount
CHANGED = samples.changed()
FIRST_DAY = datetime(2018, 6, 29, 0, 0, tzinfo=samples.zone(6))
FAILED = Outcome(kind="FAILED", ground=Ground(code="NO_BIDS"))
CHANGE = {
    "version": 2,
    "operation": Operation.UPDATE,
    "reason": "Себебі",
    "previous_hash": samples.HASH,
}
WAITS = samples.extension()


def extended(to: datetime) -> PurchaseExtension:
    """The extension to another end."""
    return put(WAITS, new_bids_to=to, new_opening_at=to)


WORDS = samples.text("Шартпен", "По договору")
EA_END = AT + 12 * DAY


def delivered(**terms: Any) -> Purchase:
    """The open tender with a term of delivery."""
    return lot(1, delivery_term=DeliveryTerm(**terms))


def auctioned(start: datetime, end: datetime) -> Purchase:
    """The auction at another time."""
    return put(EA, auction_from=start, auction_to=end)


def grounded(text: LocalizedText | None) -> Purchase:
    """A single source on another ground than those of the list, in words."""
    return put(SS, single_source_ground=Ground(code="99", text=text))


BOUNDS = {
    "the amount departs by a cent for each unit": Bound(
        "F-NUM-2", summed(1, EXPECTED + 7 * CENT), summed(1, EXPECTED + 8 * CENT)
    ),
    "the amount is less by a cent for each unit": Bound(
        "F-NUM-2", summed(1, EXPECTED - 7 * CENT), summed(1, EXPECTED - 8 * CENT)
    ),
    "an amount above nothing": Bound("F-NUM-1", summed(2, CENT), summed(2, Decimal(0))),
    "a price of nothing": Bound("F-NUM-1", lot(2, unit_price=Decimal(0)), lot(2, unit_price=-CENT)),
    "the least quantity": Bound(
        "F-NUM-1", lot(2, quantity=Decimal("0.000001")), lot(2, quantity=Decimal("0.0000001"))
    ),
    "eighteen digits": Bound(
        "F-NUM-1",
        lot(2, unit_price=WIDEST),
        lot(2, unit_price=WIDEST + CENT),
    ),
    "two decimals": Bound("F-NUM-1", summed(2, CENT), summed(2, Decimal("0.011"))),
    "half of the in-country value": Bound(
        "F-PUR-13",
        lot(2, local_content_percent=Decimal(50)),
        lot(2, local_content_percent=50 - CENT),
    ),
    "per cent at most": Bound(
        "F-PCT-1",
        lot(1, local_content_percent=Decimal(100)),
        lot(1, local_content_percent=100 + CENT),
    ),
    "per cent at least": Bound(
        "F-PCT-1", lot(1, local_content_percent=Decimal(0)), lot(1, local_content_percent=-CENT)
    ),
    "the whole payment": Bound("F-PCT-2", paid(Decimal(100)), paid(100 - CENT)),
    "fifteen days of a tender": Bound("F-PUR-4", bidding(OT, 15), bidding(OT, 15, less=TICK)),
    "ten days of an auction": Bound("F-PUR-4", bidding(EA, 10), bidding(EA, 10, less=TICK)),
    "ten days of a repeated tender": Bound(
        "F-PUR-4",
        put(bidding(OT, 10), base_purchase=REPEAT),
        put(bidding(OT, 10, less=TICK), base_purchase=REPEAT),
    ),
    "five days of a repeated auction": Bound(
        "F-PUR-4",
        put(bidding(EA, 5), base_purchase=REPEAT),
        put(bidding(EA, 5, less=TICK), base_purchase=REPEAT),
    ),
    "a contract of the day of publication": Bound(
        "F-PUR-7", right_of(AT.date()), right_of(AT.date() + DAY)
    ),
    "the first day of the purchasing rules": Bound(
        "F-PUR-2", published(FIRST_DAY), published(FIRST_DAY - TICK)
    ),
    "a category of products": Bound(
        "F-CLF-2", lot(2, skp_code="09.10.1"), lot(2, skp_code="09.10")
    ),
    "a district": Bound(
        "F-CLF-2",
        lot(2, delivery_places=(put(OT.lots[1].delivery_places[0], kato="474200000"),)),
        lot(2, delivery_places=(put(OT.lots[1].delivery_places[0], kato="470000000"),)),
    ),
    "the reason of a change": Bound("F-HDR-8", CHANGED, samples.with_act(CHANGED, reason=" ")),
    "a first version needs no reason": Bound(
        "F-HDR-8", samples.with_act(OT, reason=None), samples.with_act(CHANGED, reason=None)
    ),
    "a tender may fail, a single source may not": Bound(
        "F-PUR-19",
        put(CHANGED, outcome=FAILED),
        samples.with_act(put(SS, outcome=FAILED), **CHANGE),
    ),
    "a single source may be cancelled": Bound(
        "F-PUR-19",
        samples.with_act(put(SS, outcome=put(FAILED, kind="CANCELLED")), **CHANGE),
        samples.with_act(put(SS, outcome=FAILED), **CHANGE),
    ),
    "an opening at the end of bidding": Bound(
        "F-PUR-3", OT, put(OT, opening_at=AT + 20 * DAY - TICK)
    ),
    "the shortest bidding": Bound(
        "F-PUR-3",
        put(OT, bids_to=AT + TICK),
        put(OT, bids_from=AT + TICK, bids_to=AT + TICK),
    ),
    "an hour from publication to forming": Bound(
        "F-PUR-20",
        put(OT, published_at=AT - timedelta(hours=1)),
        put(OT, published_at=AT - timedelta(hours=1) - TICK),
    ),
    "bidding that ends after the forming": Bound(
        "F-PUR-20", put(OT, bids_to=AT + TICK), put(OT, bids_to=AT, bids_from=AT - TICK)
    ),
    "a year ahead": Bound(
        "F-PUR-20",
        put(OT, published_at=AT + 366 * DAY),
        put(OT, published_at=AT + 366 * DAY + TICK),
    ),
    "five years of bidding": Bound("F-PUR-20", bidding(OT, 1827), bidding(OT, 1827, less=-TICK)),
    "five years of extension": Bound(
        "F-PUR-20", extended(AT + 1827 * DAY), extended(AT + 1827 * DAY + TICK)
    ),
    "a later version tells of an old publication": Bound(
        "F-PUR-20", samples.with_act(OT, **CHANGE), OT, AT + timedelta(hours=1) + TICK
    ),
    "a file of a minute later": Bound(
        "F-DOC-8",
        put(OT, documents=files(1, uploaded_at=AT + timedelta(seconds=60))),
        put(OT, documents=files(1, uploaded_at=AT + timedelta(seconds=60) + TICK)),
    ),
    "a term of a day": Bound(
        "F-TRM-1",
        put(OT, contract_term=Term(days=1, kind="WD")),
        put(OT, contract_term=Term(days=0, kind="WD")),
    ),
    "delivery on one day": Bound(
        "F-TRM-1",
        delivered(from_date=date(2027, 1, 31), to_date=date(2027, 1, 31)),
        delivered(from_date=date(2027, 1, 31), to_date=date(2027, 1, 30)),
    ),
    "delivery told in words": Bound("F-TRM-1", delivered(text=WORDS), delivered()),
    "delivery told by its start": Bound(
        "F-TRM-1", delivered(from_date=date(2027, 1, 31)), delivered()
    ),
    "delivery told by its end": Bound("F-TRM-1", delivered(to_date=date(2027, 1, 31)), delivered()),
    "delivery told in days": Bound(
        "F-TRM-1", delivered(within=Term(days=1, kind="CD")), delivered()
    ),
    "a deeper code of its nomenclature": Bound(
        "F-ENS-2",
        lot(1, skp_code="27.90.33.100"),
        lot(1, skp_code="27.90.34.100"),
    ),
    "a nomenclature of the second lot": Bound(
        "F-ENS-2",
        put(OT, lots=(lot(1, ens_tru_code=None).lots[0], OT.lots[1])),
        put(
            OT,
            lots=(
                lot(1, ens_tru_code=None).lots[0],
                put(OT.lots[1], ens_tru_code="279033.900.000002"),
            ),
        ),
    ),
    "an auction at the end of bidding": Bound(
        "F-PUR-3", auctioned(EA_END, EA_END + DAY), auctioned(EA_END - TICK, EA_END + DAY)
    ),
    "the shortest auction": Bound(
        "F-PUR-3", auctioned(EA_END, EA_END + TICK), auctioned(EA_END, EA_END)
    ),
    "times of a purchase that is ended": Bound(
        "F-PUR-3", put(CHANGED, outcome=FAILED, opening_at=AT), put(CHANGED, opening_at=AT)
    ),
    "times of an announcement that declares an end": Bound(
        "F-PUR-3", OT, put(OT, outcome=FAILED, opening_at=AT)
    ),
    "another ground in one language": Bound(
        "F-PUR-5", grounded(LocalizedText(ru="Иное")), grounded(LocalizedText(ru=" ", kk=""))
    ),
    "another ground in the other language": Bound(
        "F-PUR-5", grounded(LocalizedText(kk="Өзге")), grounded(None)
    ),
    "a withdrawn currency is still no tenge": Bound("F-PUR-12", OT, put(OT, currency="BGN")),
    "what is no currency is not measured by the tenge": Bound(
        "F-PUR-12", put(OT, currency="тенге"), put(OT, currency="USD")
    ),
    "an extension by a moment": Bound(
        "F-EXT-1", extended(WAITS.old_bids_to + TICK), extended(WAITS.old_bids_to)
    ),
}


@pytest.mark.clause("S216-A2.1.4")
@pytest.mark.parametrize("name", BOUNDS)
def test_a_rule_is_silent_at_its_bound_and_speaks_just_beyond(name: str) -> None:
    bound = BOUNDS[name]
    assert bound.rule not in rules(bound.keeps, bound.at)
    assert bound.rule in rules(bound.breaks, bound.at)


def rules(document: Amendable, at: datetime) -> set[str]:
    """The rules that a document breaks."""
    return {breach.rule for breach in examine_document(document, at)}
