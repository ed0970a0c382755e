"""A changed past is found, wherever it was changed and by whomever."""

import psycopg
import pytest

from shared_contracts.event_log.audit import audit
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.log import Commit, EventLog, Evidence
from shared_contracts.event_log.merkle import root
from tests.shared_contracts.event_log.facts import fact
from tests.shared_contracts.event_log.test_checkpoint import Key


@pytest.fixture
def filled(log: EventLog) -> EventLog:
    checkpointer = Checkpointer(log, Key().note)
    checkpointer.latest()
    for number in range(5):
        made = fact(number=number)
        proof = Evidence(made.originator_id, 1, "package", b"<Package/>" * number)
        log.append(Commit((made, fact(number=number)), evidence=(proof,)))
        checkpointer.make()
    return log


def tamper(owner_dsn: str, statement: str) -> None:
    """Change a row as only a database administrator can: with the guards taken away."""
    tables = ("events", "evidence", "checkpoints", "claims")
    with psycopg.connect(owner_dsn) as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER only_grows".encode())
        owner.execute(statement.encode())


def test_an_untouched_log_is_whole(filled: EventLog, dsn: str) -> None:
    outcome = audit(dsn)
    assert outcome.difference is None
    assert outcome.size == 10
    assert outcome.root == root([each.leaf for each in filled.read(0)])


CHANGES = (
    ("UPDATE log.events SET state = state || ' ' WHERE position = 4", 4, "leaf"),
    ("UPDATE log.events SET topic = 'other.1' WHERE position = 7", 7, "leaf"),
    ("UPDATE log.events SET originator_version = 9 WHERE position = 2", 2, "leaf"),
    ("UPDATE log.events SET chain = sha256('x') WHERE position = 3", 3, "chain"),
    ("DELETE FROM log.events WHERE position = 5", 6, "position"),
    ("DELETE FROM log.events WHERE position = 10", 10, "tail"),
    (
        "UPDATE log.evidence SET body = 'forged' WHERE body = '<Package/>'",
        3,
        "evidence package",
    ),
    (
        "UPDATE log.checkpoints SET note = replace(note, E'\\n4\\n', E'\\n5\\n') WHERE size = 4",
        4,
        "checkpoint",
    ),
    ("UPDATE log.tail SET position = 9", 10, "tail"),
)


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[0])
def test_the_first_change_is_named(
    filled: EventLog, owner_dsn: str, dsn: str, change: tuple[str, int, str]
) -> None:
    statement, position, column = change
    assert filled.last_position() == 10
    tamper(owner_dsn, statement)
    difference = audit(dsn).difference
    assert difference is not None
    assert (difference.position, difference.column) == (position, column)


@pytest.mark.clause("S216-12a")
def test_a_past_rewritten_with_fitting_leaves_breaks_the_chain(
    filled: EventLog, owner_dsn: str, dsn: str
) -> None:
    assert filled.last_position() == 10
    tamper(
        owner_dsn,
        "UPDATE log.events SET state = '{}', leaf = sha256('\\x00'::bytea || "
        "uuid_send(originator_id) || int8send(originator_version) || int4send(length(topic)) || "
        "convert_to(topic, 'UTF8') || int4send(2) || '{}'::bytea) WHERE position = 6",
    )
    difference = audit(dsn).difference
    assert difference is not None
    assert (difference.position, difference.column) == (6, "chain")
