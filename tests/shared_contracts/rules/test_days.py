"""Rules and their values count from their first day to their last, both included."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from shared_contracts.faults import Breach, once
from shared_contracts.messages.document import LocalizedText, Party
from shared_contracts.rules.catalogue import CATALOGUE, VALUE_LENGTH, cut, parameters, word
from shared_contracts.rules.generic import examine_values
from shared_contracts.rules.hour import delay, hour, is_late
from shared_contracts.rules.rule import day_of, shifted
from tests import samples
from tests.samples import AT, zone

DAY = timedelta(days=1)


def test_a_rule_is_in_force_from_its_first_day_to_its_last() -> None:
    day = date(2026, 2, 28)
    rule = replace(CATALOGUE["F-PUR-3"], since=day, until=day + DAY)
    days = [day - DAY, day, day + DAY, day + 2 * DAY]
    assert [rule.in_force(one) for one in days] == [False, True, True, False]


def test_the_values_of_a_day_are_those_that_began_last() -> None:
    assert "DPU" not in parameters("F-CODE-3", date(2019, 12, 31))["codes"]
    assert "DPU" in parameters("F-CODE-3", date(2020, 1, 1))["codes"]
    assert "DPU" not in parameters("F-CODE-3", date(2010, 1, 1))["codes"]
    assert parameters("F-PUR-3", date(2026, 1, 1)) == {}


@pytest.mark.parametrize(("length", "kept"), [(199, 199), (200, 200), (201, 200), (300, 200)])
def test_a_finding_shows_two_hundred_characters_of_a_value(length: int, kept: int) -> None:
    text = cut("x" * length)
    assert (len(text), text.endswith("…")) == (kept, length > VALUE_LENGTH)
    assert word(Breach("F-PUR-16", "/Purchase/PurchaseCode", "x" * length)).value == text


@pytest.mark.clause("S216-18.3")
def test_exactly_the_hour_is_in_time() -> None:
    assert hour(AT) == timedelta(seconds=3600)
    assert not is_late(AT, AT + timedelta(hours=1))
    assert is_late(AT, AT + timedelta(hours=1, microseconds=1))


def test_a_moment_without_offset_is_read_as_astanas() -> None:
    naive = AT.replace(tzinfo=None)
    assert delay(naive, AT + DAY) == DAY
    assert hour(naive) == timedelta(hours=1)


def test_a_day_begins_at_midnight_in_astana() -> None:
    assert day_of(datetime(2026, 11, 22, 19, 0, tzinfo=zone(0))) == date(2026, 11, 23)
    assert day_of(datetime(2026, 11, 22, 18, 59, tzinfo=zone(0))) == date(2026, 11, 22)
    assert day_of(datetime.min.replace(tzinfo=zone(5))) == date.min
    assert day_of(datetime(2026, 11, 23, 1, 0)) == date(2026, 11, 23)  # noqa: DTZ001


def test_one_breach_is_told_once_and_others_keep_their_order() -> None:
    one, two = Breach("F-PUR-1", "/a", "x", {"k": "v"}), Breach("F-PUR-1", "/a", "x", {"k": "w"})
    again = Breach("F-PUR-1", "/a", "x", {"k": "v"})
    assert once([two, one, again, one.of(2)]) == [two, one, one.of(2)]


def test_a_moment_is_moved_within_the_calendar_only() -> None:
    assert shifted(AT, DAY) == AT + DAY
    last, first = datetime.max.replace(tzinfo=zone(5)), datetime.min.replace(tzinfo=zone(5))
    assert shifted(last, DAY) == last
    assert shifted(first, -DAY) == first
    assert shifted(last - DAY, timedelta(days=3)) == last


def test_the_language_that_is_missing_is_named() -> None:
    def missing(**given: str) -> list[str]:
        text = LocalizedText(**given)
        party = Party(bin=samples.CUSTOMER_BIN, name=text)
        found = examine_values(party, AT)
        return [breach.parameters["language"] for breach in found if breach.rule == "F-TXT-1"]

    assert missing(kk="Атауы") == ["ru"]
    assert missing(ru="Название") == ["kk"]
    assert missing(kk="Атауы", ru="Название") == missing(en="Name") == []
