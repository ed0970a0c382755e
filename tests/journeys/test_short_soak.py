"""What ``make soak`` does for minutes, with one fault of each kind that is soon over."""

from pathlib import Path

import pytest

from tests.pki import Pki
from tests.soak.faults import KINDS
from tests.soak.journey import Plan, run

QUICK = ("requests doubled", "worker of the Registry killed", "idle readers cut", "SEZ killed")


@pytest.mark.clause("S216-18.2", "S216-18.3", "S216-18.7")
def test_after_each_of_the_quick_faults_both_sides_are_equal(tmp_path: Path) -> None:
    kinds = {kind.name: kind for kind in KINDS}
    plan = Plan(48, 2, len(QUICK), seed=216, kinds=tuple(kinds[name] for name in QUICK))
    pki = Pki(tmp_path / "pki")
    (tmp_path / "stand").mkdir()
    try:
        outcome = run(plan, pki, tmp_path / "stand", print)
    finally:
        pki.stop()
    assert outcome.flaws == []
    assert [fault.kind.name for fault in outcome.faults] == list(QUICK)
    assert outcome.attempts["ANSWERED"] == plan.packages
