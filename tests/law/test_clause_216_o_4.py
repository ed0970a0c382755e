"""Order No 216 applies from 29 June 2018 (S216-O.4)."""

from datetime import datetime, timedelta

import msgspec
import pytest

from shared_contracts.regimes import ORDER_216
from shared_contracts.rules.examine import examine_document
from tests import samples
from tests.clauses import clause

MIDNIGHT = datetime(2018, 6, 29, tzinfo=samples.zone(6))
"""When the day begins in Astana, by the offset of that year."""


def found(published_at: datetime, rule_set: str) -> set[str]:
    """The rules that an announcement breaks which was formed when it was published."""
    announced = samples.purchase_open_tender(published_at, rule_set=rule_set)
    return {breach.rule for breach in examine_document(announced, published_at)}


@clause("S216-O.4")
@pytest.mark.parametrize("rule_set", ["O196", "O355"])
def test_no_purchase_was_published_under_its_rules_before_that_day(rule_set: str) -> None:
    assert MIDNIGHT.date() == ORDER_216
    assert "F-PUR-2" not in found(MIDNIGHT, rule_set)
    assert "F-PUR-2" in found(MIDNIGHT - timedelta(milliseconds=1), rule_set)


@clause("S216-O.4")
def test_what_is_told_names_the_day() -> None:
    eve = MIDNIGHT - timedelta(days=1)
    announced = msgspec.structs.replace(samples.purchase_open_tender(eve), rule_set="O196")
    [breach] = [one for one in examine_document(announced, eve) if one.rule == "F-PUR-2"]
    assert breach.path == "/Purchase/PublishedAt"
    assert breach.parameters == {"first_day": "2018-06-29"}
