"""What a document says of itself: the valid ones pass, each broken one is found exactly."""

import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_contracts.messages.document import Amendable
from shared_contracts.messages.purchase import Lot, Purchase
from shared_contracts.rules.catalogue import CATALOGUE, has_errors, word
from shared_contracts.rules.examine import examine_document
from shared_contracts.rules.rule import shown
from tests import samples
from tests.samples import AT
from tests.shared_contracts.rules.broken import BROKEN, LOT, OT, Broken, put

GOOD: dict[str, Callable[[], Amendable]] = {
    "open tender": samples.purchase_open_tender,
    "electronic auction": samples.purchase_auction,
    "single source": samples.purchase_single_source,
    "single source on a base": lambda: samples.purchase_single_source(base=samples.BASE_ID),
    "documentation": lambda: samples.tender_documentation(at=AT),
    "extension": samples.extension,
    "change": samples.changed,
    "failure": samples.failed,
    "deletion": lambda: samples.deletion(at=AT),
}


@pytest.mark.clause("S216-9.1", "S216-A3.1a", "S216-A3.1b", "S216-A3.1c", "S216-A3.1d")
@pytest.mark.parametrize("name", GOOD)
def test_a_valid_document_gives_no_finding(name: str) -> None:
    assert examine_document(GOOD[name](), AT) == []


@pytest.mark.clause("S216-A2.1.4")
@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case.rule} {case.path}")
def test_a_broken_document_is_found_by_its_rule_path_and_value(case: Broken) -> None:
    found = examine_document(case.document, AT)
    assert (case.rule, case.path, case.value) in [(b.rule, b.path, b.value) for b in found]
    assert {breach.rule for breach in found} <= {case.rule} | case.also


@pytest.mark.clause("S216-A2.1.4")
def test_of_every_document_each_rule_is_broken_by_a_sample_that_breaks_no_other() -> None:
    broken = {(case.rule, type(case.document)) for case in BROKEN}
    alone = {(case.rule, type(case.document)) for case in BROKEN if not case.also}
    assert broken - alone == set()


@pytest.mark.clause("S216-A2.1.4")
def test_all_breaches_are_told_at_once() -> None:
    worst = put(OT, method="CE", currency="USD", lot_count=9, planned_total=Decimal(1))
    rules = {breach.rule for breach in examine_document(worst, AT)}
    assert {"F-PUR-1", "F-PUR-12", "F-NUM-4", "F-NUM-3"} <= rules


def test_a_warning_does_not_stand_in_the_way_and_an_error_does() -> None:
    usd = examine_document(put(OT, currency="USD"), AT)
    assert usd
    assert not has_errors(usd)
    assert has_errors(examine_document(put(OT, lot_count=9), AT))


@pytest.mark.clause("S216-13c")
def test_the_offset_of_astana_is_the_one_of_that_day() -> None:
    published = datetime(2024, 2, 29, 23, 30, tzinfo=samples.zone(6))
    assert not _rules(put(OT, published_at=published)) & {"F-TIME-1", "F-TIME-2"}
    later = datetime(2024, 3, 1, 0, 0, tzinfo=samples.zone(6))
    [breach] = [
        b for b in examine_document(put(OT, published_at=later), AT) if b.rule == "F-TIME-2"
    ]
    assert breach.parameters == {"expected": "+05:00"}


def test_the_thousandth_lot_is_found_at_its_place() -> None:
    lots = tuple(samples.services_lot(number) for number in range(1, 1001))
    last = put(lots[-1], skp_code="09")
    many = put(OT, lots=(*lots[:-1], last), lot_count=1000, planned_total=Decimal(148_000_000_000))
    paths = [b.path for b in examine_document(many, AT) if b.rule == "F-CLF-2"]
    assert paths == [f"{LOT}[1000]/SkpCode"]


def test_two_lots_and_four_files_are_examined_in_well_under_a_millisecond() -> None:
    examine_document(OT, AT)
    best = min(_seconds(lambda: examine_document(OT, AT)) for _ in range(200))
    assert best < 0.001


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
MOMENTS = st.datetimes(timezones=st.one_of(st.none(), st.integers(-14, 14).map(samples.zone)))
TEXTS = st.text(max_size=60)


@st.composite
def _lots(draw: st.DrawFn) -> Lot:
    return put(
        OT.lots[0],
        lot_number=draw(st.integers()),
        skp_code=draw(TEXTS),
        ens_tru_code=draw(st.none() | TEXTS),
        quantity=draw(NUMBERS),
        unit_price=draw(st.none() | NUMBERS),
        amount=draw(NUMBERS),
        local_content_percent=draw(st.none() | NUMBERS),
    )


@st.composite
def _purchases(draw: st.DrawFn) -> Purchase:
    return put(
        OT,
        method=draw(st.sampled_from(["OT", "EA", "SS", "CE", ""]) | TEXTS),
        rule_set=draw(st.sampled_from(["O196", "O355", ""])),
        published_at=draw(MOMENTS),
        bids_from=draw(st.none() | MOMENTS),
        bids_to=draw(st.none() | MOMENTS),
        opening_at=draw(st.none() | MOMENTS),
        auction_from=draw(st.none() | MOMENTS),
        planned_total=draw(NUMBERS),
        customer=put(OT.customer, bin=draw(st.none() | TEXTS), website=draw(TEXTS)),
        lots=tuple(draw(st.lists(_lots(), max_size=3))),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(purchase=_purchases())
def test_whatever_a_purchase_says_it_is_examined_and_worded(purchase: Purchase) -> None:
    for breach in examine_document(purchase, AT):
        finding = word(breach)
        assert finding.text.kk
        assert finding.text.ru
        assert finding.text.en
        assert finding.path.startswith("/Purchase/")
        assert breach.rule in CATALOGUE


def test_values_are_shown_as_on_the_wire() -> None:
    assert shown(Decimal("1E+3")) == "1000"
    assert shown(AT) == "2026-11-23T10:00:00+05:00"


@pytest.mark.parametrize(
    "sent",
    ["2026-11-23T10:00:00.303+05:00", "2026-11-23T05:00:00.471Z", "2026-11-23T05:00:00.471001Z"],
)
def test_a_moment_is_shown_as_messages_write_it(sent: str) -> None:
    assert shown(datetime.fromisoformat(sent)) == sent


def test_a_place_at_home_without_a_code_is_told_that_it_is_missing() -> None:
    found = [one for case in BROKEN if case.rule == "F-CLF-2" for one in case.breaches()]
    [text] = [word(one).text for one in found if one.value is None]
    assert (text.ru or "").startswith("КАТО: код не указан; нужен код")


def _rules(document: Amendable) -> set[str]:
    return {breach.rule for breach in examine_document(document, AT)}


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
