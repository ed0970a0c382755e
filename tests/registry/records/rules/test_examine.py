"""What the Registry says of a record from what it knows."""

import ast
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.purchases.rules.examine import RULES
from registry.records.rules.facts import Facts, SendingSystem
from shared_contracts.messages.document import Amendable, Ground
from shared_contracts.messages.purchase import Outcome
from shared_contracts.rules.catalogue import word
from shared_contracts.rules.course import accepting
from tests import samples
from tests.architecture.sources import sources
from tests.registry.records.rules.broken import (
    AS_CHANGE,
    BROKEN,
    CHANGED,
    DAY,
    DELETION,
    DOCS,
    EXTENSION,
    ON_BASE,
    OT,
    SECOND,
    SINGLE,
    STANDS,
    Broken,
    OnRecord,
    facts,
    put,
    without_product,
)
from tests.samples import AT

CANCELLED = samples.changed(outcome=Outcome(kind="CANCELLED", ground=Ground(code="CUSTOMER")))
GOOD = {
    "announcement": (OT, facts(OT)),
    "change": (CHANGED, facts(CHANGED, current=STANDS)),
    "documentation": (DOCS, facts(DOCS, AT + 3 * DAY, current=STANDS)),
    "extension": (EXTENSION, facts(EXTENSION, AT + DAY, current=STANDS)),
    "deletion": (DELETION, facts(DELETION, AT + DAY, current=STANDS)),
    "failure": (samples.failed(), facts(samples.failed(), AT + 20 * DAY, current=STANDS)),
    "single source on a failed base": (
        ON_BASE,
        facts(ON_BASE, base=OnRecord(status="FAILED")),
    ),
    "change of a single source whose base was deleted": (
        samples.with_act(ON_BASE, version=2, **AS_CHANGE),
        facts(
            samples.with_act(ON_BASE, version=2, **AS_CHANGE),
            AT + DAY,
            current=replace(SINGLE, base=samples.BASE_ID),
            base=OnRecord(status="DELETED"),
        ),
    ),
    "cancellation by a system whose sectors changed": (
        CANCELLED,
        facts(
            CANCELLED,
            AT + DAY,
            current=STANDS,
            sender=SendingSystem(AT.date(), sectors=("URANIUM",)),
        ),
    ),
    "deletion of a failed purchase": (
        DELETION,
        facts(DELETION, AT + DAY, current=replace(STANDS, status="FAILED")),
    ),
    "participants known": (OT, facts(OT, participants=frozenset({samples.CUSTOMER_BIN}))),
}


@pytest.mark.clause("S216-A3.1a", "S216-A3.1c", "S216-A3.1d", "S216-A3.1h", "S216-A3.1i")
@pytest.mark.parametrize("name", GOOD)
def test_a_lawful_record_gives_no_finding(name: str) -> None:
    document, known = GOOD[name]
    assert RULES.examine(document, known) == []


@pytest.mark.clause("S216-A2.1.4", "S216-12a", "S216-11c", "S216-10", "S216-17")
@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case.rule} {case.path}")
def test_an_unlawful_record_is_found_by_its_rule_path_and_value(case: Broken) -> None:
    found = case.breaches()
    assert (case.rule, case.path, case.value) in [(b.rule, b.path, b.value) for b in found]
    assert {breach.rule for breach in found} <= {case.rule} | case.also
    assert {breach.record for breach in found} == {2}


@pytest.mark.clause("S216-A2.1.4")
def test_of_every_document_each_rule_is_broken_by_a_sample_that_breaks_no_other() -> None:
    broken = {(case.rule, type(case.document)) for case in BROKEN}
    alone = {(case.rule, type(case.document)) for case in BROKEN if not case.also}
    assert broken - alone == set()


@pytest.mark.clause("S216-18.3")
def test_a_record_is_in_time_at_exactly_the_hour_and_late_after_it() -> None:
    hour = timedelta(hours=1)
    assert _rules(OT, first_received_at=AT + hour) == set()
    assert _rules(OT, first_received_at=AT + hour + timedelta(milliseconds=1)) == {"F-HDR-4"}


@pytest.mark.clause("S216-18.3")
def test_lateness_counts_from_the_first_arrival() -> None:
    late = AT + timedelta(hours=5)
    assert _rules(OT, received_at=late, first_received_at=AT + SECOND) == set()


def test_a_minute_of_clocks_is_forgiven() -> None:
    assert _rules(OT, received_at=AT - 60 * SECOND, first_received_at=AT) == set()


@pytest.mark.clause("S216-A3.1c")
def test_a_late_extension_must_also_be_lawful_when_it_comes() -> None:
    formed, end = AT + DAY, AT + 20 * DAY
    known = facts(EXTENSION, formed, current=STANDS, received_at=end, first_received_at=end)
    found = {breach.rule for breach in RULES.examine(EXTENSION, known)}
    assert found == {"F-HDR-4", "F-EXT-1"}


@pytest.mark.clause("S216-17")
def test_a_purchase_keeps_the_codes_of_its_announcement() -> None:
    codes = without_product("09.10.12", AT.date() + DAY)
    later = AT + 2 * DAY
    kept = facts(CHANGED, later, current=STANDS, codes=codes)
    assert {breach.rule for breach in RULES.examine(CHANGED, kept)} == {"CLF-STALE"}
    announced = replace(STANDS, first_formed_at=later)
    new = facts(CHANGED, later, current=announced, codes=codes)
    assert {breach.rule for breach in RULES.examine(CHANGED, new)} == {"F-CLF-1"}


@pytest.mark.clause("S216-10")
@pytest.mark.parametrize("name", ["formed_at", "first_received_at", "received_at"])
def test_nothing_formed_or_received_before_the_day_of_access_is_taken(name: str) -> None:
    midnight = AT.replace(hour=0, minute=0)
    sender = replace(facts(OT).sender, access_date=midnight.date())
    in_time = {"formed_at": midnight, "first_received_at": midnight, "received_at": midnight}
    assert "F-HDR-6" not in _rules(OT, sender=sender, **in_time)
    assert "F-HDR-6" in _rules(OT, sender=sender, **in_time | {name: midnight - SECOND})


def test_bids_are_accepted_from_their_start_until_just_before_their_end() -> None:
    end = AT + 20 * DAY
    assert accepting(STANDS, AT)
    assert accepting(STANDS, end - SECOND)
    assert not accepting(STANDS, end)
    assert not accepting(replace(STANDS, status="CANCELLED"), AT)
    assert not accepting(replace(STANDS, bids_from=None, bids_to=None), AT)


def given_by_the_intake() -> set[str]:
    """The facts that the Registry hands to its rules, as its code names them."""
    [source] = [one for one in sources("registry") if one.name.endswith("intake/state_control.py")]
    return {
        argument.arg
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Facts"
        for argument in call.keywords
        if argument.arg
    }


def test_the_intake_gives_every_fact_that_a_rule_may_ask_for() -> None:
    assert {one.name for one in fields(Facts)} - given_by_the_intake() == set()


def _rules(document: Amendable, **changes: Any) -> set[str]:
    return {breach.rule for breach in RULES.examine(document, facts(document, **changes))}


MOMENTS = st.datetimes(timezones=st.one_of(st.none(), st.integers(-14, 14).map(samples.zone)))
AWARE = st.datetimes(timezones=st.integers(-14, 14).map(samples.zone))
DOCUMENTS = st.sampled_from([OT, CHANGED, DOCS, EXTENSION, DELETION, ON_BASE, samples.failed()])
STANDING = st.builds(
    OnRecord,
    status=st.sampled_from(["ANNOUNCED", "FAILED", "CANCELLED", "DELETED"]),
    version=st.integers(1, 3),
    method=st.sampled_from(["OT", "EA", "SS"]),
    bids_from=st.none() | AWARE,
    bids_to=st.none() | AWARE,
    opening_at=st.none() | AWARE,
    first_formed_at=st.just(AT),
)


@settings(max_examples=150, deadline=None)
@given(document=DOCUMENTS, current=st.none() | STANDING, formed_at=MOMENTS)
def test_whatever_is_on_record_a_record_is_judged(
    document: Amendable, current: OnRecord | None, formed_at: datetime
) -> None:
    known = facts(document, current=current, base=current)
    told = replace(known, header=put(known.header, formed_at=formed_at))
    for breach in RULES.examine(document, told):
        assert breach.record == 2
        assert word(breach).text.ru
