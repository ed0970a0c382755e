"""What ``make soak`` does for minutes, with one fault of each kind that is soon over."""

import pytest

from tests.pki import Pki
from tests.postgres import memory_folder
from tests.soak.faults import KINDS
from tests.soak.journey import Plan, run

QUICK = ("requests doubled", "worker of the Registry killed", "idle readers cut", "SEZ killed")


@pytest.mark.clause("S216-18.2", "S216-18.3", "S216-18.7")
def test_after_each_of_the_quick_faults_both_sides_are_equal() -> None:
    kinds = {kind.name: kind for kind in KINDS}
    plan = Plan(48, 2, len(QUICK), seed=216, kinds=tuple(kinds[name] for name in QUICK))
    with memory_folder() as folder:
        pki = Pki(folder / "pki")
        (folder / "stand").mkdir(mode=0o755)
        try:
            outcome = run(plan, pki, folder / "stand", print)
        finally:
            pki.stop()
    assert outcome.flaws == []
    assert [fault.kind.name for fault in outcome.faults] == list(QUICK)
    assert outcome.attempts["ANSWERED"] == plan.packages
