"""The next version names its predecessor by hash and keeps the conditions of the first."""

import pytest

from sez.tendering.tender import RunningTender
from sez.tendering.versions import act, extension
from shared_contracts.errors import RefusedByRule
from shared_contracts.messages.document import Operation
from shared_contracts.messages.purchase import Purchase, PurchaseExtension
from shared_contracts.messages.versions import FIRST_CONDITIONS
from tests.samples import HASH, purchase_single_source, with_act
from tests.sez.tendering.histories import LATER, MAKERS, OWNER, PURCHASE, STATES, TENDER


def test_the_first_version_has_no_predecessor() -> None:
    first = act(OWNER, TENDER, STATES["drafted"], Operation.CREATE)
    assert (first.version, first.previous_hash) == (1, None)
    assert first.conditions_version == FIRST_CONDITIONS
    assert (first.environment, first.sez_code) == (OWNER.environment, OWNER.sez_code)


def test_a_later_version_follows_by_hash_under_the_conditions_of_its_announcement() -> None:
    announced = with_act(PURCHASE, conditions_version=7)
    running = RunningTender(version=3, document_hash=HASH, purchase=announced)
    following = act(OWNER, TENDER, running, Operation.UPDATE, "Уточнение")
    assert (following.version, following.previous_hash) == (4, HASH)
    assert (following.conditions_version, following.reason) == (7, "Уточнение")


@pytest.mark.clause("S216-A3.1c")
def test_an_extension_states_the_old_ends_beside_the_new() -> None:
    made = MAKERS["extension"](OWNER, TENDER, STATES["running"])
    assert isinstance(made, PurchaseExtension)
    assert (made.old_bids_to, made.new_bids_to) == (PURCHASE.bids_to, LATER)
    assert (made.old_opening_at, made.new_opening_at) == (PURCHASE.opening_at, LATER)


def test_a_purchase_without_a_term_for_bids_cannot_be_extended() -> None:
    single = RunningTender(version=1, document_hash=HASH, purchase=purchase_single_source())
    with pytest.raises(RefusedByRule, match="without a term for bids"):
        extension(LATER, None, "Продление", "Бекова А. М.")(OWNER, TENDER, single)


@pytest.mark.clause("S216-A3.1h")
def test_a_failed_purchase_is_the_whole_purchase_with_its_outcome() -> None:
    made = MAKERS["end"](OWNER, TENDER, STATES["running"])
    assert isinstance(made, Purchase)
    assert made.outcome is not None
    assert (made.outcome.kind, made.outcome.ground.code) == ("FAILED", "NO_BIDS")
    assert made.lots == PURCHASE.lots


@pytest.mark.parametrize("name", ["end", "extension"])
def test_what_was_never_announced_can_neither_end_nor_be_extended(name: str) -> None:
    with pytest.raises(RefusedByRule, match="has no announced purchase"):
        MAKERS[name](OWNER, TENDER, STATES["drafted"])
