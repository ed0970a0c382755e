"""Editions: what is kept of them, what comes anew, what may not."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registry.classifiers.editions import (
    ClassifierEditionImported,
    Editions,
    ImportEdition,
    RecordedEdition,
    WithdrawEdition,
    decide,
    evolve,
    from_rows,
)
from shared_contracts.classifiers.edition import KOPF, ClassifierEntry, Edition, delta, entries_of
from shared_contracts.errors import Defect, RefusedByRule
from tests.samples import AT

LLP, JSC = (
    ClassifierEntry("20", "15", "ЖШС", "ТОО"),
    ClassifierEntry("28", None, "АҚ", "АО", "JSC", ("PLC",)),
)
EDITION = Edition(KOPF, "2026", date(2026, 1, 1), (JSC, LLP))


def taken(edition: Edition) -> ImportEdition:
    """The command that takes an edition."""
    return ImportEdition(edition, "kopf.csv", "0" * 64, AT)


def imported(edition: Edition) -> ClassifierEditionImported:
    """The event that a new edition makes."""
    [event] = decide(Editions(), taken(edition))
    assert isinstance(event, ClassifierEditionImported)
    return event


def test_rows_keep_everything_and_do_not_depend_on_order() -> None:
    term = ClassifierEntry(
        "31", name_ru="Кооператив", valid_from=date(2020, 1, 1), valid_to=AT.date()
    )
    edition = Edition(KOPF, "2026", date(2026, 1, 1), (term, JSC, LLP))
    assert entries_of(edition.rows) == (LLP, JSC, term)
    again = Edition(KOPF, "other", date(2027, 1, 1), (LLP, term, JSC))
    assert again.sha256 == edition.sha256


def test_an_edition_comes_back_from_its_event_and_rows() -> None:
    back = from_rows(imported(EDITION), EDITION.rows)
    assert back == Edition(KOPF, "2026", EDITION.effective_from, (LLP, JSC))


def test_other_rows_than_those_recorded_are_refused() -> None:
    with pytest.raises(Defect, match="not those recorded"):
        from_rows(imported(EDITION), EDITION.rows + b"99,,,X,,,,\n")


def test_the_same_edition_again_is_nothing_new() -> None:
    editions = evolve(Editions(), imported(EDITION))
    assert editions == Editions((RecordedEdition("2026", EDITION.effective_from, EDITION.sha256),))
    assert decide(editions, taken(EDITION)) == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"entries": (LLP,)}, "is on record with other rows"),
        ({"effective_from": date(2020, 1, 1)}, "is in force from 2026-01-01"),
        ({"supplement": True}, "is on record as a whole"),
    ],
)
def test_another_content_under_a_known_name_is_refused(change: dict[str, Any], told: str) -> None:
    editions = evolve(Editions(), imported(EDITION))
    with pytest.raises(RefusedByRule, match=told):
        decide(editions, taken(replace(EDITION, **change)))


def test_a_withdrawn_edition_is_not_taken_again_under_its_name() -> None:
    editions = evolve(Editions(), imported(EDITION))
    [withdrawn] = decide(editions, WithdrawEdition(KOPF, "2026", "қате", AT))
    with pytest.raises(RefusedByRule, match="was withdrawn"):
        decide(evolve(editions, withdrawn), taken(EDITION))


def test_a_name_does_not_hide_what_came_before_it() -> None:
    editions = evolve(Editions(), imported(EDITION))
    newer = Edition(KOPF, "2027", EDITION.effective_from + timedelta(days=365), (LLP,))
    [event] = decide(editions, taken(newer))
    assert [kept.name for kept in evolve(editions, event).kept] == ["2026", "2027"]


@pytest.mark.clause("S216-17")
def test_what_a_newer_edition_brings_is_told_code_by_code() -> None:
    renamed = ClassifierEntry("20", "15", "ЖШС", "Товарищество")
    added = ClassifierEntry("31", name_ru="Кооператив")
    found = delta(EDITION, Edition(KOPF, "2027", date(2027, 1, 1), (renamed, added)))
    assert (found.added, found.changed, found.removed) == ((added,), (renamed,), (JSC,))
