"""Which clauses may be without a test, and of which later work each is."""

import re
from pathlib import Path

import pytest

from shared_contracts.law.citations import citations_in
from shared_contracts.law.table import read_clauses

GROUPS = {"later work: purchases made in the Registry itself are no goal of this stage"}
"""All that is left to later work."""

ADMISSION = re.compile(r"S216-([3-8]|1[01])([.a-z]|$)|S216-9\.|S95-([1-9]|1[0-8])([.a-z]|$)")
"""The clauses from application to the end of the synchronisation, of both orders."""
TESTS = Path(__file__).resolve().parents[1]
UNCITED = {"S95-3.0", "S95-11", "S95-18n"}
"""Those of them that no test cites: terms of the law, the cost, a note on an amendment."""


@pytest.mark.parametrize("order", ["S216-", "S95-"])
def test_every_clause_of_admission_has_its_test_or_the_reason_why_not(order: str) -> None:
    cited = {one.clause for one in citations_in(TESTS)}
    clauses = [one for one in read_clauses() if one.id.startswith(order)]
    of_admission = [one for one in clauses if ADMISSION.match(one.id)]
    assert len(of_admission) > 30
    without = {one.id: one.reason for one in of_admission if one.id not in cited}
    assert without.keys() == {one for one in UNCITED if one.startswith(order)}
    assert all(one and not one.startswith("later work") for one in without.values())


def test_what_is_left_to_later_work_are_purchases_in_the_registry_itself() -> None:
    later = {one.id: one.reason for one in read_clauses() if one.reason.startswith("later work")}
    assert (set(later.values()), list(later)) == (GROUPS, ["S216-2.1c"])


def test_no_exchange_is_left_to_later_work() -> None:
    exchange = ("S216-12", "S216-13", "S216-14", "S216-15", "S216-16", "S216-17", "S216-18")
    annexes = ("S216-A2.", "S216-A3.", "S216-A4.", "S216-9.1", "S216-9.8", "S216-2.1a", "S216-2.1d")
    left = [one for one in read_clauses() if one.reason.startswith("later work")]
    assert [one.id for one in left if one.id.startswith(exchange + annexes)] == []
