"""Proofs from the kept tree: few rows, the same in whatever steps it grew, and tampering found."""

import pytest
from psycopg import Cursor
from psycopg.rows import TupleRow
from tlog_scales import tlog

from shared_contracts.errors import Defect
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.kept_tree import KeptTree, read_hashes
from shared_contracts.event_log.log import Commit, EventLog
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.event_log.proofs.merkle import (
    EMPTY_ROOT,
    CompactRange,
    root,
    verify_consistency,
    verify_inclusion,
)
from shared_contracts.event_log.proofs.paths import consistency_path, inclusion_path, wanted
from tests.shared_contracts.event_log.auditing.test_audit import tamper
from tests.shared_contracts.event_log.facts import COUNTED, fact
from tests.shared_contracts.event_log.proofs.test_checkpoint import Key

MANY = 10_000
READ = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"


def fill(log: EventLog, count: int) -> list[bytes]:
    """Append that many events; gives the leaves of the whole log."""
    while count:
        now = min(count, 1000)
        log.append(Commit(tuple(fact(number=number) for number in range(now))))
        count -= now
    return [
        row[0] for row in log.recorder.select("SELECT leaf FROM log.events ORDER BY position", ())
    ]


def rows_read(cursor: Cursor[TupleRow]) -> int:
    """How many rows of tables this transaction has read."""
    row = cursor.execute(READ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.clause("S216-12a")
def test_a_proof_of_ten_thousand_events_reads_some_dozens_of_rows(log: EventLog) -> None:
    leaves = fill(log, MANY)
    Checkpointer(log, Key().note).make()
    tree, whole = KeptTree(log.recorder), root(leaves)
    for index in (0, 4_095, 4_096, 8_191, 9_998, MANY - 1):
        proof = tree.inclusion(index, MANY)
        assert verify_inclusion(leaves[index], index, MANY, proof, whole)
    for old in (1, 4_096, 6_789, MANY - 1, MANY):
        proof = tree.consistency(old, MANY)
        assert verify_consistency((old, root(leaves[:old])), (MANY, whole), proof)
    for path in (inclusion_path(6_789, MANY), consistency_path(6_789, MANY)):
        with log.recorder.transaction() as cursor:
            before = rows_read(cursor)
            assert len(read_hashes(cursor, wanted(path))) == len(wanted(path))
            assert rows_read(cursor) - before <= 110


@pytest.mark.parametrize("steps", [(700,), (1, 15, 1, 16, 300, 367), (255, 1, 444)])
def test_the_tree_is_the_same_in_whatever_steps_it_grew(
    log: EventLog, dsn: str, steps: tuple[int, ...]
) -> None:
    checkpointer, tree = Checkpointer(log, Key().note), KeptTree(log.recorder)
    sizes = []
    for step in steps:
        leaves = fill(log, step)
        sizes.append(parse(checkpointer.make()).size)
    assert sizes[-1] == len(leaves)
    for index in range(0, len(leaves), 37):
        for size in (size for size in sizes if size > index):
            proof = tree.inclusion(index, size)
            assert verify_inclusion(leaves[index], index, size, proof, root(leaves[:size]))
    assert tree.range(len(leaves)) == CompactRange().extended(leaves)
    assert audit(dsn, COUNTED).differences == ()


def test_foreign_code_takes_our_proofs(log: EventLog) -> None:
    leaves, size = fill(log, 777), 777
    whole = parse(Checkpointer(log, Key().note).make()).root
    tree = KeptTree(log.recorder)
    for index in (0, 1, 255, 256, 511, 512, 700, 776):
        proof = tree.inclusion(index, size)
        tlog.InclusionProof(index, size, proof).check(leaves[index], whole)
        with pytest.raises(tlog.InclusionProofInvalid):
            tlog.InclusionProof(index, size, proof).check(leaves[index - 1], whole)
    for old in (1, 2, 255, 256, 257, 512, 700, 776, 777):
        proof, before = tree.consistency(old, size), root(leaves[:old])
        tlog.ConsistencyProof(old, size, proof).check(before, whole)
        with pytest.raises(tlog.ConsistencyProofInvalid):
            tlog.ConsistencyProof(old, size, proof).check(bytes(32), whole)


def test_a_log_of_an_older_program_gets_its_nodes_with_the_next_checkpoint(
    log: EventLog, owner_dsn: str, dsn: str
) -> None:
    leaves = fill(log, 600)
    checkpointer = Checkpointer(log, Key().note)
    checkpointer.make()
    tamper(owner_dsn, "DELETE FROM log.nodes; UPDATE log.checkpoints SET nodes_kept = false")
    assert audit(dsn, COUNTED).differences == (), "an older program kept none"
    with pytest.raises(Defect, match="contracts audit"):
        KeptTree(log.recorder).inclusion(3, 600)
    checkpointer.make()
    assert KeptTree(log.recorder).range(600) == CompactRange().extended(leaves)
    assert audit(dsn, COUNTED).differences == ()


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log.nodes SET hash = sha256('x') WHERE height = 8 AND index = 1",
        "DELETE FROM log.nodes WHERE height = 4 AND index = 7",
        "INSERT INTO log.nodes VALUES (4, 99, sha256('x'))",
        "INSERT INTO log.nodes VALUES (60, 0, sha256('x'))",
        "INSERT INTO log.nodes VALUES (-3, 0, sha256('x'))",
        "UPDATE log.nodes SET index = 1000 WHERE height = 4 AND index = 36",
    ],
)
def test_a_node_that_is_not_of_the_log_is_found(
    log: EventLog, owner_dsn: str, dsn: str, statement: str
) -> None:
    fill(log, 600)
    Checkpointer(log, Key().note).make()
    tamper(owner_dsn, statement)
    assert {one.column for one in audit(dsn, COUNTED).differences} == {"node"}


def test_all_nodes_removed_are_told_one_by_one(log: EventLog, owner_dsn: str, dsn: str) -> None:
    fill(log, 256)
    Checkpointer(log, Key().note).make()
    tamper(owner_dsn, "DELETE FROM log.nodes")
    assert audit(dsn, COUNTED).found == 17
    tamper(owner_dsn, "DROP TABLE log.nodes CASCADE; SELECT 'TRIGGER'")
    assert {"node", "guard"} <= {one.column for one in audit(dsn, COUNTED).differences}


def test_the_empty_log_has_an_empty_tree(log: EventLog) -> None:
    assert KeptTree(log.recorder).range(0).root == EMPTY_ROOT
    with pytest.raises(IndexError):
        KeptTree(log.recorder).inclusion(0, 0)


def test_no_checkpoint_is_given_again_where_its_newest_event_is_gone(
    log: EventLog, owner_dsn: str
) -> None:
    checkpointer = Checkpointer(log, Key().note)
    assert checkpointer.make() == checkpointer.make()  # also of an empty log
    fill(log, 20)
    note = checkpointer.make()
    assert checkpointer.make() == note
    tamper(owner_dsn, "DELETE FROM log.events WHERE position > 17")
    with pytest.raises(Defect, match="the event at position 20 is not there"):
        checkpointer.make()
