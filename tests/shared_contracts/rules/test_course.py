"""A version against the purchase before it: what is told, and of which moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from shared_contracts.messages.document import Amendable, Ground, Party
from shared_contracts.messages.purchase import Outcome
from shared_contracts.rules.announced_terms import PurchaseTerms, terms_of
from shared_contracts.rules.course import Course, accepting, identifier
from shared_contracts.rules.purchase_next import RULES
from tests import samples
from tests.samples import AT
from tests.shared_contracts.rules.broken import put

DAY = timedelta(days=1)
END = AT + 20 * DAY
CHANGED = samples.changed()
FAILED = Outcome(kind="FAILED", ground=Ground(code="NO_BIDS"))
EXTENSION = samples.extension()
PERSON = Party(iin=samples.SIGNER_IIN, name=samples.text("А", "А"))


ANNOUNCED = terms_of(CHANGED)


@dataclass(frozen=True)
class Before:
    """An open tender as it stood."""

    status: str = "ANNOUNCED"
    method: str = "OT"
    customer: str = samples.CUSTOMER_BIN
    base: UUID | None = None
    published_at: datetime = AT
    bids_from: datetime | None = AT
    bids_to: datetime | None = END
    opening_at: datetime | None = END
    auction_from: datetime | None = None
    auction_to: datetime | None = None
    lots: tuple[int, ...] = (1, 2)
    terms: PurchaseTerms = ANNOUNCED
    known_files: Mapping[str, str] = field(default_factory=dict)
    results_id: UUID | None = None


def told(
    document: Amendable, *moments: datetime, before: Before = Before()
) -> list[tuple[str, str | None, dict[str, str]]]:
    """Place, value and parameters of each finding."""
    found = RULES.examine(document, moments[0], Course(before, moments))
    return [(breach.path, breach.value, dict(breach.parameters)) for breach in found]


def test_a_moved_time_is_told_with_the_one_on_record() -> None:
    later = put(CHANGED, bids_to=END - DAY)
    wrong = {"cause": "TIME_EARLIER", "recorded": END.isoformat()}
    assert told(later, AT + DAY) == [("/Purchase/BidsTo", (END - DAY).isoformat(), wrong)]
    past = put(CHANGED, auction_from=AT)
    new = {"cause": "IN_THE_PAST", "recorded": "—"}
    assert told(past, AT + DAY) == [("/Purchase/AuctionFrom", AT.isoformat(), new)]
    gone = {"cause": "TIME_DROPPED", "recorded": END.isoformat()}
    assert told(put(CHANGED, opening_at=None), AT + DAY) == [("/Purchase/OpeningAt", None, gone)]


def test_a_moment_that_comes_with_the_version_has_come() -> None:
    moved = put(CHANGED, opening_at=END + DAY)
    assert told(moved, END - timedelta(microseconds=1)) == []
    reached = {"cause": "TIME_REACHED", "recorded": END.isoformat()}
    assert told(moved, END) == [("/Purchase/OpeningAt", (END + DAY).isoformat(), reached)]
    now = put(CHANGED, auction_from=END)
    assert told(now, END - timedelta(microseconds=1)) == []
    assert told(now, END)[0][0] == "/Purchase/AuctionFrom"


@pytest.mark.clause("S216-A3.1d")
def test_a_failure_is_judged_by_its_forming_though_it_came_late() -> None:
    failed = put(CHANGED, outcome=FAILED)
    assert told(failed, END, END + DAY) == []
    early = ("/Purchase/Outcome/Kind", "FAILED", {"cause": "OUTCOME_TOO_EARLY"})
    assert told(failed, END - DAY, END + DAY) == [early]


@pytest.mark.clause("S216-A3.1c")
def test_a_late_extension_tells_the_first_moment_at_which_it_was_unlawful() -> None:
    root, new = "/PurchaseExtension", EXTENSION.new_bids_to
    term = f"{AT.isoformat()} – {END.isoformat()}"
    late = {"cause": "NOT_ACCEPTING", "expected": term}
    assert told(EXTENSION, AT + DAY, END) == [(f"{root}/OldBidsTo", END.isoformat(), late)]
    assert told(EXTENSION, END, END + DAY) == [(f"{root}/OldBidsTo", END.isoformat(), late)]
    after = new + DAY
    past = {"cause": "IN_THE_PAST", "expected": f"> {after.isoformat()}"}
    assert told(EXTENSION, AT + DAY, after)[1:] == [(f"{root}/NewBidsTo", new.isoformat(), past)]


@pytest.mark.clause("S216-A3.1c")
def test_an_extension_tells_which_end_and_opening_are_on_record() -> None:
    other = Before(bids_to=END + DAY, opening_at=END + DAY)
    root, said = "/PurchaseExtension", (END + DAY).isoformat()
    wrong = {"cause": "NOT_CURRENT", "expected": said}
    assert told(EXTENSION, AT + DAY, before=other) == [
        (f"{root}/OldBidsTo", END.isoformat(), wrong),
        (f"{root}/OldOpeningAt", END.isoformat(), wrong),
    ]
    none = Before(opening_at=None)
    assert told(EXTENSION, AT + DAY, before=none) == [
        (f"{root}/OldOpeningAt", END.isoformat(), {"cause": "NOT_CURRENT", "expected": "—"})
    ]


def test_an_auction_may_start_when_the_extended_bidding_ends() -> None:
    new = EXTENSION.new_bids_to
    at_once, before = Before(auction_from=new), Before(auction_from=new - timedelta(seconds=1))
    assert told(EXTENSION, AT + DAY, before=at_once) == []
    [(_, value, named)] = told(EXTENSION, AT + DAY, before=before)
    most = f"<= {(new - timedelta(seconds=1)).isoformat()}"
    assert (value, named) == (new.isoformat(), {"cause": "AUCTION_EARLY", "expected": most})


def test_a_purchase_without_a_term_takes_no_bids() -> None:
    assert accepting(Before(), AT)
    assert not accepting(Before(), END)
    assert not accepting(Before(bids_from=None), AT)
    assert not accepting(Before(bids_to=None), AT)
    assert not accepting(Before(status="FAILED"), AT)


def test_a_customer_is_known_by_bin_or_iin() -> None:
    assert identifier(PERSON) == samples.SIGNER_IIN
    assert identifier(msgspec.structs.replace(PERSON, iin=None)) == ""
    of_person = put(CHANGED, customer=PERSON)
    assert told(of_person, AT + DAY, before=Before(customer=samples.SIGNER_IIN)) == []


def test_lots_are_told_in_their_order_with_those_on_record() -> None:
    fewer = put(CHANGED, lots=CHANGED.lots[1:])
    assert told(fewer, AT + DAY) == [("/Purchase/Lots", "2", {"expected": "1, 2"})]
    known = Before(lots=(1,))
    assert told(CHANGED, END - timedelta(microseconds=1), before=known) == []
    assert told(CHANGED, END, before=known) == [("/Purchase/Lots", "1, 2", {"expected": "1"})]


def test_what_bidders_priced_stays_when_bidding_has_ended_or_a_protocol_is_there() -> None:
    first, *others = CHANGED.lots
    cheap = msgspec.structs.replace(first, amount=Decimal(1), subject_type="SERVICE")
    changed = put(CHANGED, lots=(cheap, *others))
    before = END - timedelta(microseconds=1)
    wrong = [
        ("/Purchase/Lots/Lot[1]/SubjectType", "SERVICE", {"expected": first.subject_type}),
        ("/Purchase/Lots/Lot[1]/Amount", "1", {"expected": str(first.amount)}),
    ]
    assert told(changed, before) == []
    assert told(changed, END) == wrong
    assert (
        told(changed, before, before=Before(status="REVIEWED", bids_to=None, opening_at=None))
        == wrong
    )
    assert told(CHANGED, END) == []
    old = Before(terms=PurchaseTerms(lots=()))
    assert told(changed, END, before=old) == [], "recorded before the terms were kept"


def test_terms_of_an_auction_and_a_ground_stay_too() -> None:
    other = msgspec.structs.replace(
        ANNOUNCED, auction_start_price=Decimal(5), step_percent=Decimal(2), ground="01"
    )
    found = told(CHANGED, END, before=Before(terms=other))
    assert [(path, expected["expected"]) for path, _, expected in found] == [
        ("/Purchase/SingleSourceGround/Code", "01"),
        ("/Purchase/AuctionStartPrice", "5"),
        ("/Purchase/AuctionStep", "2"),
    ]
