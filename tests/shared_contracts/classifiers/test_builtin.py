"""The subset that is always there: upper levels, and every code with all above it."""

from datetime import date

import pytest

from registry.classifiers.importer import FORMS
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.classifiers.edition import CLASSIFIERS, COUNTRIES, KATO, KOPF, KPVED, MKEI
from shared_contracts.identifiers import kpved_level
from shared_contracts.regimes import ORDER_95
from tests import samples

DAY = date(2026, 11, 23)


@pytest.mark.clause("S216-17", "S216-A4.1", "S216-A4.2", "S216-A4.3", "S216-A4.4", "S216-A4.5")
@pytest.mark.parametrize(
    ("classifier", "tops", "least"),
    [(KATO, 20, 60), (KPVED, 21, 150), (MKEI, 54, 50), (COUNTRIES, 249, 249), (KOPF, 7, 26)],
)
def test_each_classifier_is_there_with_its_upper_level(
    classifier: str, tops: int, least: int
) -> None:
    index = builtin().index(classifier, DAY)
    assert len(index.edition.entries) >= least
    assert sum(index.parent(entry.code) is None for entry in index.edition.entries) == tops
    assert index.edition.effective_from == ORDER_95


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_every_code_has_the_form_of_its_classifier_and_a_name(classifier: str) -> None:
    entries = builtin().index(classifier, DAY).edition.entries
    assert len({entry.code for entry in entries}) == len(entries)
    for entry in entries:
        assert FORMS[classifier].fullmatch(entry.code)
        assert entry.name_ru


def test_every_product_has_all_the_codes_above_it() -> None:
    index = builtin().index(KPVED, DAY)
    for entry in index.edition.entries:
        above = index.parent(entry.code)
        assert above is None or kpved_level(above) == kpved_level(entry.code) - 1


def test_every_code_of_the_samples_is_there() -> None:
    for purchase in (
        samples.purchase_open_tender(),
        samples.purchase_auction(),
        samples.purchase_single_source(),
    ):
        for lot in purchase.lots:
            assert builtin().has(KPVED, lot.skp_code, DAY)
            assert builtin().has(MKEI, lot.unit, DAY)
            for place in lot.delivery_places:
                assert builtin().has(COUNTRIES, place.country, DAY)
                assert place.kato is None or builtin().has(KATO, place.kato, DAY)
