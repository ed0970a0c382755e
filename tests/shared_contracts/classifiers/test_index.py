"""Whether a code is in force on a day, and what stands above and below it."""

from datetime import date

import pytest

from shared_contracts.classifiers.edition import (
    COUNTRIES,
    KATO,
    KOPF,
    KPVED,
    MKEI,
    ClassifierEntry,
    Edition,
)
from shared_contracts.classifiers.index import SECTIONS, Classifiers
from shared_contracts.regimes import ORDER_95

FIRST, SECOND = date(2018, 6, 29), date(2024, 1, 1)
EVE = date(2023, 12, 31)


def edition(classifier: str, name: str, since: date, *codes: str) -> Edition:
    """An edition of bare codes."""
    return Edition(
        classifier, name, since, tuple(ClassifierEntry(code, name_ru=code) for code in codes)
    )


TWO = Classifiers(
    [
        edition(KATO, "new", SECOND, "790000000"),
        edition(KATO, "old", FIRST, "510000000", "511010000"),
    ]
)


@pytest.mark.clause("S216-17", "S216-A4.1")
def test_a_code_is_judged_by_the_edition_of_its_day() -> None:
    assert TWO.has(KATO, "511010000", EVE)
    assert not TWO.has(KATO, "511010000", SECOND)
    assert not TWO.has(KATO, "790000000", EVE)
    assert TWO.edition(KATO, EVE) == "old"
    assert TWO.edition(KATO, SECOND) == "new"


def test_before_the_first_edition_the_first_one_is_used() -> None:
    assert TWO.has(KATO, "510000000", ORDER_95)


def test_of_two_editions_of_one_day_the_later_given_counts() -> None:
    more = TWO.added(edition(KATO, "full", SECOND, "790000000", "791110000"))
    assert more.has(KATO, "791110000", SECOND)
    assert not TWO.has(KATO, "791110000", SECOND)
    assert [kept.name for kept in more.editions()] == ["old", "new", "full"]


def test_an_entry_may_have_a_term_of_its_own() -> None:
    entry = ClassifierEntry("20", name_ru="ТОО", valid_from=SECOND, valid_to=date(2024, 12, 31))
    classifiers = Classifiers([Edition(KOPF, "one", FIRST, (entry,))])
    days = (EVE, SECOND, date(2024, 12, 31), date(2025, 1, 1))
    assert [classifiers.has(KOPF, "20", day) for day in days] == [False, True, True, False]


@pytest.mark.clause("S216-A4.1")
def test_a_place_belongs_to_the_nearest_place_above_that_there_is() -> None:
    index = Classifiers(
        [edition(KATO, "x", FIRST, "110000000", "113800000", "113820100", "711110000", "710000000")]
    ).index(KATO, FIRST)
    assert index.parent("113820100") == "113800000"
    assert index.parent("711110000") == "710000000"
    assert index.parent("110000000") is None
    assert [entry.code for entry in index.children("113800000")] == ["113820100"]
    assert [entry.code for entry in index.children(None)] == ["110000000", "710000000"]


@pytest.mark.clause("S216-A4.2")
def test_a_product_belongs_to_the_code_it_lengthens() -> None:
    index = Classifiers(
        [edition(KPVED, "x", FIRST, "C", "28", "28.2", "28.29", "28.29.8", "28.29.82")]
    ).index(KPVED, FIRST)
    chain = ["28.29.82"]
    while above := index.parent(chain[-1]):
        chain.append(above)
    assert chain == ["28.29.82", "28.29.8", "28.29", "28.2", "28", "C"]


@pytest.mark.clause("S216-A4.2")
def test_a_deeper_national_code_is_its_subcategory_unless_the_edition_goes_deeper() -> None:
    plain = Classifiers([edition(KPVED, "x", FIRST, "28.29.82")])
    assert plain.has(KPVED, "28.29.82.100", FIRST)
    assert plain.has(KPVED, "282982", FIRST)
    for odd in (
        "28.29.82abc",
        "28.29.82.",
        "28.29.82.10000",
        "2829820",
        "28.29.82 ",
        "28.29.82<b>",
    ):
        assert not plain.has(KPVED, odd, FIRST), odd
    deep = plain.added(edition(KPVED, "y", FIRST, "28.29.82", "28.29.82.200"))
    assert not deep.has(KPVED, "28.29.82.100", FIRST)
    assert deep.has(KPVED, "28.29.82.200", FIRST)


@pytest.mark.clause("S216-A4.4")
def test_a_country_answers_to_each_of_its_codes() -> None:
    entry = ClassifierEntry("KZ", name_ru="Казахстан", aliases=("398", "KAZ"))
    classifiers = Classifiers([Edition(COUNTRIES, "x", FIRST, (entry,))])
    assert all(classifiers.has(COUNTRIES, code, FIRST) for code in ("KZ", "398", "KAZ"))
    assert classifiers.find(COUNTRIES, "398", FIRST) == entry
    assert not classifiers.has(COUNTRIES, "XK", FIRST)


def test_levels_are_told_by_the_code_or_by_its_parents() -> None:
    forms = (ClassifierEntry("45"), ClassifierEntry("47", "45"), ClassifierEntry("48", "47"))
    classifiers = Classifiers([Edition(KOPF, "x", FIRST, forms)])
    assert [classifiers.level(KOPF, code, FIRST) for code in ("45", "47", "48")] == [0, 1, 2]
    assert TWO.level(KATO, "511010000", FIRST) == 2


def test_what_is_not_a_classifier_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        TWO.has(MKEI, "796", FIRST)


def test_every_division_has_its_section() -> None:
    assert len(SECTIONS) == 88
    assert (SECTIONS["01"], SECTIONS["09"], SECTIONS["99"]) == ("A", "B", "U")
