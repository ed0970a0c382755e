"""Which clauses may be without a test, and of which later work each is."""

from shared_contracts.law.table import read_clauses

GROUPS = {
    "later work: admission",
    "later work: conformance kits for the tests",
    "later work: encryption under the profile of order 95",
    "later work: profile of order 95",
    "later work: purchases made in the Registry itself are no goal of this stage",
    "later work: regulations as dated data",
    "later work: watching the conditions of the act for drift",
}
"""All that is left to later work: admission with its kits and its act, and order 95's profile."""

OF_ADMISSION = ("S216-O.0", "S216-2.", "S216-4", "S216-5", "S216-6.", "S216-7.", "S216-8.")
ALSO = ("S216-9.0", "S216-11a", "S216-11b", "S216-A1.", "DES-A1.", "S95-")


def test_what_is_left_to_later_work_is_admission_and_the_profile_of_order_95() -> None:
    later = {one.id: one.reason for one in read_clauses() if one.reason.startswith("later work")}
    assert set(later.values()) <= GROUPS
    assert [one for one in later if not one.startswith(OF_ADMISSION + ALSO)] == []


def test_no_exchange_is_left_to_later_work() -> None:
    exchange = ("S216-12", "S216-13", "S216-14", "S216-15", "S216-16", "S216-17", "S216-18")
    annexes = ("S216-A2.", "S216-A3.", "S216-A4.", "S216-9.1", "S216-9.8", "S216-2.1a", "S216-2.1d")
    left = [one for one in read_clauses() if one.reason.startswith("later work")]
    assert [one.id for one in left if one.id.startswith(exchange + annexes)] == []
