"""Two systems with the same properties have the same hash, however they were written."""

import hashlib
from decimal import Decimal

import msgspec

from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.programme_properties import field_hashes
from shared_contracts.messages.property_hash import hash_of_values, property_hash
from tests.clauses import clause
from tests.programmes import annual, with_item

pytestmark = clause("S216-A2.8.1")


def test_the_hash_is_that_of_sorted_lines_of_paths_and_canonical_values() -> None:
    text = LocalizedText(kk="Бір", ru="Раз\tдва\\\n", en=None)
    lines = "Kk\tБір\nRu\tРаз\\tдва\\\\\\n\n"
    assert property_hash(text) == hashlib.sha256(lines.encode()).hexdigest()


def test_numbers_that_are_equal_have_the_same_hash() -> None:
    for one, other in (("10.00", "10"), ("0.00", "0"), ("1E+1", "10.0"), ("0.50", "0.5")):
        same = [hash_of_values([("A", Decimal(number))]) for number in (one, other)]
        assert same[0] == same[1]
    assert hash_of_values([("A", Decimal("100"))]) != hash_of_values([("A", Decimal("1"))])


def test_the_hash_of_a_field_is_altered_by_that_field_alone() -> None:
    before = annual()
    after = msgspec.structs.replace(before, approved_by="Бекова А. М.")
    known, now = field_hashes(before), field_hashes(after)
    assert [name for name in known if known[name] != now[name]] == ["ApprovedBy"]
    assert field_hashes(with_item(before, 1, transient=True)) == known
    assert {"Act", "Items"}.isdisjoint(known)
