"""A finding shows a value as it stands in the document."""

from datetime import datetime

import pytest

from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules.catalogue import word
from shared_contracts.rules.examine import examine_document
from shared_contracts.xml import codec, schema
from shared_contracts.xml.as_sent import as_sent
from tests import samples

AT = datetime.fromisoformat("2026-12-01T10:00:00+05:00")
PURCHASE = codec.to_bytes(codec.write(samples.purchase_open_tender())).decode()


def told(old: str, new: str, rule: str) -> tuple[str | None, str]:
    """The value and the text in English of what the rule says of the altered purchase."""
    assert old in PURCHASE
    element = schema.parse(PURCHASE.replace(old, new, 1).encode())
    purchase = codec.read(element, Purchase)
    breaches = as_sent(element, examine_document(purchase, AT))
    finding = next(word(one) for one in breaches if one.rule == rule)
    return finding.value, str(finding.text.en)


@pytest.mark.parametrize("sent", ["2027-03-02T05:00:00Z", "2027-03-02T10:00:00.303+05:00"])
def test_a_moment_is_told_as_it_was_sent(sent: str) -> None:
    old = "<BidsFrom>" + PURCHASE.partition("<BidsFrom>")[2].partition("<")[0]
    value, text = told(old, f"<BidsFrom>{sent}", "F-PUR-3")  # the end precedes it
    assert value == "2026-12-13T10:00:00+05:00"
    assert sent in text


@pytest.mark.parametrize("sent", ["2026-03-01T05:00:00Z", "2026-03-01T10:00:00.303+05:00"])
def test_a_moment_that_is_wrong_itself_is_told_as_it_was_sent(sent: str) -> None:
    old = "<BidsTo>" + PURCHASE.partition("<BidsTo>")[2].partition("<")[0]
    value, text = told(old, f"<BidsTo>{sent}", "F-PUR-3")
    assert value == sent
    assert sent in text


def test_an_amount_in_a_list_is_told_as_it_was_sent() -> None:
    old = "<Amount>" + PURCHASE.partition("<Amount>")[2].partition("<")[0]
    value, text = told(old, "<Amount>+007.50", "F-NUM-2")
    assert value == "+007.50"
    assert "+007.50" in text
