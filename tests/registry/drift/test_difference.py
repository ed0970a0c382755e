"""A difference: one for each kind, opened, closed, ended, accepted."""

from datetime import date, datetime

import msgspec
import pytest

from registry.drift.difference import (
    DRIFT,
    DifferenceClosed,
    DifferenceEnded,
    DifferenceOpened,
    DriftKind,
    EndDifference,
    LookedAt,
    SaidOfItself,
    SeenDifference,
    SystemDrift,
    decide,
)
from registry.systems.system import SystemRegistered
from shared_contracts.astana_time import ASTANA
from shared_contracts.errors import RefusedByRule
from shared_contracts.messages.document import Environment
from tests.clauses import clause

AT = datetime(2026, 2, 28, 23, 59, tzinfo=ASTANA)
ENTRY = SystemRegistered(
    code="SEZ01",
    environment=Environment.STAND,
    bin="190340004129",
    name="СЭЗ",
    access_date=date(2026, 1, 1),
    registered_at=AT,
)
SAID = SaidOfItself(system="sez", schema_sha256="ab" * 32, object_types="PURCHASE")
LIMITS = SeenDifference(kind=DriftKind.LIMITS, fixed="records 1000", found="records 1")
FEWER = msgspec.structs.replace(LIMITS, found="records 2")
EVERY = frozenset(DriftKind)


def looked(*found: SeenDifference, said: bool = True, judged: bool = True) -> LookedAt:
    """A look that found these."""
    told = (SAID, "cd" * 32) if said else None
    return LookedAt(AT, told, [(one, "cd" * 32) for one in found], EVERY if judged else frozenset())


def after(*asked: LookedAt | EndDifference, entry: SystemRegistered = ENTRY) -> SystemDrift:
    """Where a system stands after these."""
    drift = DRIFT.initial
    for one in asked:
        for event in decide(drift, entry, one):
            drift = DRIFT.evolve(drift, event)
    return drift


END = EndDifference(DriftKind.LIMITS, "Решение № 4", AT)


@clause("S216-11a")
def test_a_difference_is_opened_once_and_again_with_another_value() -> None:
    drift = after(looked(LIMITS))
    assert decide(drift, ENTRY, looked(LIMITS)) == []
    [opened] = decide(drift, ENTRY, looked(FEWER))
    assert isinstance(opened, DifferenceOpened)
    assert [one.seen for one in after(looked(LIMITS), looked(FEWER)).open] == [FEWER]


@clause("S216-11a")
def test_a_difference_closes_when_it_was_looked_for_and_not_found() -> None:
    drift = after(looked(LIMITS))
    assert decide(drift, ENTRY, looked(said=False, judged=False)) == [], "nobody answered"
    [closed] = decide(drift, ENTRY, looked())
    assert isinstance(closed, DifferenceClosed)
    assert after(looked(LIMITS), looked()).open == ()


@clause("S216-11a")
def test_what_a_person_ended_comes_back_only_with_another_value_or_entry() -> None:
    drift = after(looked(LIMITS), END)
    assert (drift.open, drift.accepted) == ((), (LIMITS,))
    assert decide(drift, ENTRY, looked(LIMITS)) == []
    assert len(decide(drift, ENTRY, looked(FEWER))) == 1
    later = msgspec.structs.replace(ENTRY, registered_at=AT.replace(day=27))
    [said, opened] = decide(drift, later, looked(LIMITS))
    assert DRIFT.evolve(DRIFT.evolve(drift, said), opened).accepted == ()


def test_what_was_accepted_after_it_had_changed_closes_no_second_time() -> None:
    drift = after(looked(LIMITS), END, looked(FEWER))
    [closed] = decide(drift, ENTRY, looked(LIMITS))
    assert isinstance(closed, DifferenceClosed)


def test_only_an_open_difference_is_ended() -> None:
    with pytest.raises(RefusedByRule, match="kind 'LIMITS': SEZ01 has no open difference"):
        decide(after(looked()), ENTRY, END)
    [ended] = decide(after(looked(LIMITS)), ENTRY, END)
    assert isinstance(ended, DifferenceEnded)
