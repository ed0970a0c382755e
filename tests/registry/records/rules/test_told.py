"""What a state rule tells beside its place and value, and where it keeps silent."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from registry.kinds import KINDS
from registry.purchases.rules.examine import RULES
from registry.purchases.rules.recorded import PurchaseFacts
from registry.records.rules.facts import Planned, SendingSystem
from shared_contracts.messages.document import Amendable, Environment
from shared_contracts.messages.purchase import ProgrammeItem
from tests import lists, samples
from tests.registry.records.rules import broken_lists
from tests.registry.records.rules.broken import (
    CHANGED,
    DAY,
    DOCS,
    OT,
    PROGRAMME,
    REGISTRY_ID,
    SINGLE,
    STANDS,
    facts,
    header,
    put,
)
from tests.registry.records.rules.broken_lists import deletion
from tests.samples import AT


def told(document: Amendable, known: PurchaseFacts) -> dict[str, dict[str, str]]:
    """The parameters of each rule that is broken."""
    return {one.rule: dict(one.parameters) for one in RULES.examine(document, known)}


def test_the_version_that_is_expected_is_the_next() -> None:
    known = facts(CHANGED, current=replace(STANDS, version=6))
    assert told(CHANGED, known)["F-HDR-1"] == {"expected": "7"}


@pytest.mark.clause("S216-10")
def test_the_date_of_access_is_told_if_there_is_one() -> None:
    tomorrow = facts(OT, sender=SendingSystem((AT + DAY).date()))
    moment = AT.isoformat()
    assert told(OT, tomorrow)["F-HDR-6"] == {"access_date": "2026-11-24", "moment": moment}
    production = put(OT, act=put(OT.act, environment=Environment.PRODUCTION))
    without = facts(production, environment=Environment.PRODUCTION, sender=SendingSystem(None))
    assert told(production, without)["F-HDR-6"] == {"access_date": "—", "moment": moment}


def test_the_identifier_that_the_registry_gave_may_be_repeated() -> None:
    right = put(header(CHANGED), registry_id=REGISTRY_ID)
    assert told(CHANGED, facts(CHANGED, header=right, current=STANDS)) == {}
    wrong = put(header(CHANGED), registry_id=samples.BASE_ID)
    found = told(CHANGED, facts(CHANGED, header=wrong, current=STANDS))
    assert found["F-HDR-7"] == {"record": str(REGISTRY_ID)}
    early = put(header(OT), registry_id=REGISTRY_ID)
    assert told(OT, facts(OT, header=early))["F-HDR-7"] == {"record": "—"}


def test_what_has_not_the_form_of_a_code_is_not_looked_up() -> None:
    for odd in ({"skp_code": "09.10.12abc"}, {"unit": "5114 "}):
        document = samples.with_lot(OT, 2, **odd)
        assert told(document, facts(document)) == {}


def test_a_single_source_is_not_asked_for_the_papers_of_a_tender() -> None:
    bare = put(DOCS, documents=DOCS.documents[:1])
    at = AT + 3 * DAY
    assert told(bare, facts(bare, at, current=SINGLE)) == {}
    assert "F-PUR-9" in told(bare, facts(bare, at, current=STANDS))
    assert set(told(bare, facts(bare, at))) == {"F-HDR-2"}


def test_time_to_read_is_counted_from_the_arrival_of_what_came_late() -> None:
    came = AT + 16 * DAY
    late = facts(DOCS, AT + 3 * DAY, current=STANDS, received_at=came, first_received_at=came)
    assert set(told(DOCS, late)) == {"F-DOC-5", "F-HDR-4"}


@pytest.mark.parametrize(
    ("code", "departs"),
    [("27.90.11", False), ("27.90", False), ("27.91.33", True), ("27.9", True)],
)
def test_a_lot_fulfils_an_item_of_its_class(code: str, *, departs: bool) -> None:
    item = ProgrammeItem(programme_id=PROGRAMME, item_number="7")
    lots = (OT.lots[0],)
    document = put(OT, programme_items=(item,), lots=lots, planned_total=OT.lots[0].amount)
    plan = Planned(method="OT", skp_code=code, amount=Decimal(10**9))
    known = facts(document, programme={(PROGRAMME, "7"): plan})
    assert ("F-PUR-10" in told(document, known)) is departs


@pytest.mark.parametrize(
    ("more", "departs"), [(Decimal(0), False), (Decimal("0.5"), True), (Decimal("-0.5"), False)]
)
def test_a_purchase_may_cost_all_that_its_items_say(more: Decimal, *, departs: bool) -> None:
    item = ProgrammeItem(programme_id=PROGRAMME, item_number="7")
    total = OT.lots[0].amount
    document = put(OT, programme_items=(item,), lots=OT.lots[:1], planned_total=total + more)
    plan = Planned(method="OT", skp_code="27.90.33", amount=total)
    known = facts(document, programme={(PROGRAMME, "7"): plan})
    assert ("F-PUR-10" in told(document, known)) is departs


@pytest.mark.clause("S216-1")
def test_a_change_is_of_the_systems_sectors_unless_it_ends_the_purchase() -> None:
    uranium = SendingSystem((AT - DAY).date(), sectors=("URANIUM",))
    changed = facts(CHANGED, current=STANDS, sender=uranium)
    assert told(CHANGED, changed) == {"F-PUR-14": {"expected": "URANIUM"}}


def test_a_list_whose_purchase_is_not_on_record_is_told_that_alone() -> None:
    before = broken_lists.recorded(lists.bid_list())
    for document, rules in ((lists.bid_list(version=2), {"F-BID-1"}), (deletion(), set[str]())):
        known = broken_lists.of_purchase(facts(document, current=before), None)
        found = KINDS["BID_LIST"].rules.examine(document, known)
        assert {one.rule for one in found if one.rule[:5] in {"F-BID", "F-DEL"}} == rules


def test_what_bids_offer_is_told_from_the_opening_on() -> None:
    opening = STANDS.opening_at
    assert opening is not None
    for early, rules in ((timedelta(0), set[str]()), (timedelta(seconds=2), {"F-BID-3"})):
        at = opening - early
        opened = lists.bid(0, contents=lists.contents())
        document = lists.bid_list(opened, as_of=at)
        known = broken_lists.of_purchase(facts(document, at), STANDS)
        found = KINDS["BID_LIST"].rules.examine(document, known)
        assert {one.rule for one in found} & {"F-BID-3"} == rules


def test_a_bid_that_is_left_out_is_told_by_its_id_and_version() -> None:
    before = broken_lists.recorded(lists.bid_list())
    left = lists.bid_list(lists.bid(0), version=2)
    known = broken_lists.of_purchase(facts(left, current=before), STANDS)
    [found] = [one for one in KINDS["BID_LIST"].rules.examine(left, known) if one.rule == "F-BID-6"]
    assert found.parameters["recorded"] == f"{lists.bid(1).bid_id} 1"


def test_a_bid_may_be_withdrawn_until_its_list_is_final() -> None:
    before = broken_lists.recorded(lists.bid_list())
    gone = lists.bid(0, status="WITHDRAWN", withdrawn_at=AT)
    document = lists.bid_list(gone, lists.bid(1), version=2)
    for final, rules in ((False, set[str]()), (True, {"F-BID-6"})):
        stands = put(before, final=final)
        closed = put(document, final=final)
        known = broken_lists.of_purchase(facts(closed, current=stands), STANDS)
        found = KINDS["BID_LIST"].rules.examine(closed, known)
        assert {one.rule for one in found} & {"F-BID-6"} == rules
