"""A SEZ that works by another edition is told which, and which fields changed since its own."""

from datetime import date

import pytest

from registry.classifiers.changes import differences
from shared_contracts.classifiers.edition import MKEI, ClassifierEntry, Edition
from shared_contracts.classifiers.index import Classifiers
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import CHANGED_CODES
from shared_contracts.messages.changes import ChangedCode, ChangedValue, HeldEdition
from tests.clauses import clause

pytestmark = clause("S216-A2.2.0", "S216-A2.2.4", "S216-A3.2a")
DAY = date(2026, 4, 2)
OLD = Edition(
    MKEI,
    "old",
    date(2020, 1, 1),
    (ClassifierEntry("112", name_ru="Литр"), ClassifierEntry("796", name_ru="Шт")),
)
NEW = Edition(
    MKEI,
    "new",
    date(2026, 4, 1),
    (
        ClassifierEntry("796", name_ru="Штука", valid_from=date(2026, 4, 1)),
        ClassifierEntry("839", name_ru="Комплект", aliases=("K", "КМП")),
    ),
)
CODES = Classifiers((OLD, NEW))


def held(edition: Edition) -> HeldEdition:
    """An edition that a SEZ says to work by."""
    return HeldEdition(classifier=edition.classifier, name=edition.name, sha256=edition.sha256)


def test_the_edition_in_force_is_named_with_the_fields_that_changed() -> None:
    [found] = differences(CODES, [held(OLD)], DAY)
    assert (found.edition, found.sha256, found.since_edition) == ("new", NEW.sha256, "old")
    kits = (
        ChangedValue(name="NAME_RU", value="Комплект"),
        ChangedValue(name="ALIASES", value="K КМП"),
    )
    pieces = (
        ChangedValue(name="NAME_RU", value="Штука"),
        ChangedValue(name="VALID_FROM", value="2026-04-01"),
    )
    assert found.codes == (
        ChangedCode(code="839", change="ADDED", values=kits),
        ChangedCode(code="796", change="CHANGED", values=pieces),
        ChangedCode(code="112", change="CLOSED"),
    )
    assert found.more_codes == 0


def test_whoever_works_by_the_edition_in_force_is_told_of_no_difference() -> None:
    assert differences(CODES, [held(NEW)], DAY) == ()
    assert differences(CODES, [held(OLD)], date(2026, 3, 31)) == ()


def test_an_edition_that_the_registry_does_not_have_is_not_compared_code_by_code() -> None:
    unknown = HeldEdition(classifier=MKEI, name="old", sha256="0" * 64)
    [found] = differences(CODES, [unknown], DAY)
    assert (found.edition, found.since_edition, found.codes) == ("new", None, ())


def test_more_codes_than_an_answer_lists_are_counted() -> None:
    entries = tuple(ClassifierEntry(f"{number:03}") for number in range(CHANGED_CODES + 7))
    large = Edition(MKEI, "large", date(2026, 4, 2), entries)
    [found] = differences(CODES.added(large), [held(Edition(MKEI, "new", DAY, NEW.entries))], DAY)
    assert (len(found.codes), found.since_edition) == (CHANGED_CODES, "new")
    assert found.more_codes == 9


def test_a_classifier_that_there_is_not_is_said_to_be_none() -> None:
    with pytest.raises(Unprocessed) as refused:
        differences(CODES, [HeldEdition(classifier="FOO", name="x", sha256="0" * 64)], DAY)
    assert refused.value.fault is Fault.CLASSIFIER_UNKNOWN
