"""What is proven is checked first, and what cannot be proven is told with its cure."""

import re

import pytest

from shared_contracts.errors import Absent, Defect, RefusedByRule
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.event_log.proofs.merkle import EMPTY_ROOT, root
from shared_contracts.event_log.prover import Prover
from tests.shared_contracts.event_log.auditing.test_audit import tamper
from tests.shared_contracts.event_log.proofs.test_checkpoint import Key
from tests.shared_contracts.event_log.test_kept_tree import fill


@pytest.mark.clause("S216-12a")
def test_each_event_and_each_older_checkpoint_is_proven(log: EventLog) -> None:
    prover = Prover(Checkpointer(log, Key().note))
    fill(log, 40)
    prover.checkpointer.make()
    leaves = fill(log, 60)
    prover.checkpointer.make()
    for position in (1, 40, 41, 100):
        assert prover.inclusion(position).holds(leaves[position - 1])
        assert not prover.inclusion(position).holds(leaves[position - 2])
    for old in (1, 40, 99, 100):
        assert prover.consistency(old).holds(root(leaves[:old]))
        assert not prover.consistency(old).holds(root(leaves[1 : old + 1]) if old < 100 else b"")
    earlier = prover.consistency(7, 40)
    assert (earlier.checkpoint.size, earlier.holds(root(leaves[:7]))) == (40, True)
    assert prover.consistency(0).holds(EMPTY_ROOT)


def test_what_cannot_be_proven_is_told_with_its_cure(log: EventLog) -> None:
    prover = Prover(Checkpointer(log, Key().note))
    fill(log, 20)
    prover.checkpointer.make()
    fill(log, 5)
    for position in (0, -1, 26, 2**62):
        with pytest.raises(Absent, match="the log ends at 25"):
            prover.inclusion(position)
    with pytest.raises(RefusedByRule, match=r"the newest is of 20 events; have one signed"):
        prover.inclusion(21)
    with pytest.raises(RefusedByRule, match=r"has 20 events, and 21 were asked for"):
        prover.consistency(21)
    with pytest.raises(Absent, match="no checkpoint of 7 events"):
        prover.consistency(3, 7)
    assert parse(prover.note(0)).size == 0


def test_an_altered_node_gives_no_proof(log: EventLog, owner_dsn: str) -> None:
    prover = Prover(Checkpointer(log, Key().note))
    fill(log, 64)
    prover.checkpointer.make()
    tamper(owner_dsn, "UPDATE log.nodes SET hash = sha256('x') WHERE height = 4 AND index = 3")
    for ask in (lambda: prover.inclusion(1), lambda: prover.consistency(48)):
        with pytest.raises(Defect, match=re.escape("run `contracts audit`")):
            ask()
