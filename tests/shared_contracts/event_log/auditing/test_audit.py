"""A changed past is found, wherever it was changed and by whomever."""

import json
from hashlib import sha256

import psycopg
import pytest
from typer.testing import CliRunner

from shared_contracts.cli import app
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.auditing.finding import KEPT
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.declared import Declared
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import Commit, EventLog, Evidence, NewHead
from shared_contracts.event_log.proofs.merkle import root
from shared_contracts.identifiers import uuid7
from tests.shared_contracts.event_log.facts import COUNTED, LotProven, fact, key
from tests.shared_contracts.event_log.proofs.test_checkpoint import Key


@pytest.fixture
def filled(log: EventLog) -> EventLog:
    checkpointer = Checkpointer(log, Key().note)
    checkpointer.latest()
    for number in range(LAST + 1):
        body = b"<Package/>" * (number + 1)
        made = Fact(uuid7(), 1, LotProven(sha256=sha256(body).hexdigest()))
        proof = Evidence(made.originator_id, 1, "package", body)
        other = fact(number=number)
        if number == LAST:
            other = fact(made.originator_id, 2)
        heads = (NewHead(key(), other.originator_id, other.version, b"{}"),)
        log.append(Commit((made, other), heads, (proof,)))
        checkpointer.make()
    return log


def tamper(owner_dsn: str, statement: str) -> None:
    """Change a row as only a database administrator can: with the guards taken away meanwhile."""
    tables = ("events", "evidence", "checkpoints", "claims", "nodes")
    with psycopg.connect(owner_dsn) as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER USER".encode())
        owner.execute(_back(statement, tables).encode())


def _back(statement: str, tables: tuple[str, ...]) -> str:
    """The statement, and the guards put back; those it is about itself stay as it leaves them."""
    on = [f"ALTER TABLE log.{table} ENABLE ALWAYS TRIGGER only_grows" for table in tables]
    within = ("checkpoints", "nodes")
    on += [f"ALTER TABLE log.{table} ENABLE ALWAYS TRIGGER within_log" for table in within]
    if "TRIGGER" in statement:
        return "; ".join((*on, statement))
    return "; ".join((statement, *on))


def test_an_untouched_log_is_whole(filled: EventLog, dsn: str) -> None:
    outcome = audit(dsn, COUNTED)
    assert outcome.difference is None
    assert outcome.size == 10
    assert outcome.root == root([each.leaf for each in filled.read(0)])


PACKAGE = "evidence package"
LAST = 4

CHANGES = (
    ("UPDATE log.events SET state = state || ' ' WHERE position = 4", 4, "leaf"),
    ("UPDATE log.events SET topic = 'other.1' WHERE position = 7", 7, "leaf"),
    ("UPDATE log.events SET originator_version = 9 WHERE position = 2", 2, "leaf"),
    ("UPDATE log.events SET chain = sha256('x') WHERE position = 3", 3, "chain"),
    ("DELETE FROM log.events WHERE position = 5", 6, "position"),
    ("DELETE FROM log.events WHERE position = 10", 10, "tail"),
    (
        "UPDATE log.evidence SET body = 'forged' WHERE body = '<Package/><Package/>'",
        3,
        PACKAGE,
    ),
    (
        "UPDATE log.checkpoints SET note = replace(note, E'\\n4\\n', E'\\n5\\n') WHERE size = 4",
        4,
        "checkpoint",
    ),
    ("UPDATE log.tail SET position = 9", 10, "tail"),
    ("DELETE FROM log.tail", 10, "tail"),
    (
        "UPDATE log.events SET recorded_at = recorded_at - interval '2 hours' WHERE position = 7",
        7,
        "recorded_at",
    ),
    ("UPDATE log.evidence SET sha256 = sha256('x') WHERE body = '<Package/>'", 1, PACKAGE),
    (
        "UPDATE log.evidence SET body = '<forged/>', sha256 = sha256('<forged/>') "
        "WHERE body = '<Package/>'",
        1,
        PACKAGE,
    ),
    ("DELETE FROM log.evidence WHERE body = '<Package/>'", 1, PACKAGE),
    ("DELETE FROM log.evidence", 1, PACKAGE),
    ("UPDATE log.evidence SET name = 'x' WHERE body = '<Package/>'", 1, PACKAGE),
    (
        "UPDATE log.evidence p SET body = q.body, sha256 = q.sha256 FROM log.evidence q "
        "WHERE p.body = '<Package/>' AND q.body = '<Package/><Package/>'",
        1,
        PACKAGE,
    ),
    (
        "INSERT INTO log.evidence SELECT originator_id, 1, 'package', sha256('x'), 'x' "
        "FROM log.events WHERE position = 4",
        4,
        PACKAGE,
    ),
    (
        "INSERT INTO log.evidence VALUES (gen_random_uuid(), 1, 'x', sha256('y'), 'y')",
        None,
        "evidence x",
    ),
    ("UPDATE log.checkpoints SET root = 'x' WHERE size = 4", 4, "checkpoint"),
    ("UPDATE log.checkpoints SET edge = ARRAY['x'::bytea] WHERE size = 4", 4, "checkpoint"),
    ("DELETE FROM log.checkpoints", 0, "checkpoint"),
    ("UPDATE log.heads SET version = 0, position = 1", 1, "head"),
    ("UPDATE log.heads SET version = 7", 2, "head"),
    ("DELETE FROM log.heads", 10, "head"),
    ("INSERT INTO views.tracking VALUES ('purchases', 999)", 999, "tracking"),
    ("DROP TRIGGER only_grows ON log.events", None, "guard"),
    ("DROP TRIGGER within_log ON log.checkpoints", None, "guard"),
    ("ALTER TABLE log.events DISABLE TRIGGER only_grows", None, "guard"),
    ("ALTER TABLE log.events ENABLE TRIGGER only_grows", None, "guard"),
    ("CREATE RULE quiet AS ON DELETE TO log.heads DO INSTEAD NOTHING", None, "guard"),
    (
        "CREATE OR REPLACE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'",
        None,
        "guard",
    ),
    ("GRANT UPDATE ON log.events TO tru_test", None, "privilege"),
    ("GRANT UPDATE (recorded_at) ON log.events TO PUBLIC", None, "privilege"),
    ("GRANT CREATE ON SCHEMA log TO tru_test", None, "privilege"),
    ("UPDATE log.migrations SET digest = 'x' WHERE number = 2", None, "migration"),
    ("UPDATE log.migrations SET name = 'x' WHERE number = 2", None, "migration"),
    ("DELETE FROM log.migrations WHERE number = 5", None, "migration"),
    ("DELETE FROM log.migrations", None, "migration"),
    ("INSERT INTO log.checkpoints VALUES (1000, 'x', '{}', 'x')", 1000, "checkpoint"),
)


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[0])
def test_the_first_change_is_named(
    filled: EventLog, owner_dsn: str, dsn: str, change: tuple[str, int | None, str]
) -> None:
    statement, position, column = change
    assert filled.last_position() == 10
    tamper(owner_dsn, statement)
    difference = audit(dsn, COUNTED).difference
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
    difference = audit(dsn, COUNTED).difference
    assert difference is not None
    assert (difference.position, difference.column) == (6, "chain")


def test_every_change_is_told_and_one_change_once(
    filled: EventLog, owner_dsn: str, dsn: str
) -> None:
    assert filled.last_position() == 10
    tamper(owner_dsn, "UPDATE log.events SET state = state || ' ' WHERE position IN (4, 8)")
    tamper(owner_dsn, "DELETE FROM log.evidence WHERE body = '<Package/>'")
    outcome = audit(dsn, COUNTED)
    told = [(one.position, one.column) for one in outcome.differences]
    assert told == [(4, "leaf"), (8, "leaf"), (1, PACKAGE)]
    assert outcome.found == 3


def test_what_is_found_beyond_a_hundred_is_counted(log: EventLog, owner_dsn: str, dsn: str) -> None:
    Checkpointer(log, Key().note).latest()
    log.append(Commit(tuple(fact(number=number) for number in range(KEPT + 20))))
    tamper(owner_dsn, "UPDATE log.events SET state = '{}'")
    outcome = audit(dsn, COUNTED)
    assert (len(outcome.differences), outcome.found) == (KEPT, KEPT + 20)


def test_a_topic_that_nobody_declared_is_told(log: EventLog, dsn: str) -> None:
    Checkpointer(log, Key().note).latest()
    log.append(Commit((fact(),)))
    assert [one.column for one in audit(dsn, Declared({})).differences] == ["topic", "head"]


def test_the_command_tells_each_difference_and_ends_with_1(
    log: EventLog, owner_dsn: str, dsn: str
) -> None:
    Checkpointer(log, Key().note).latest()
    whole = CliRunner().invoke(app, ["audit", dsn])
    assert (whole.exit_code, whole.stdout[:27]) == (0, "0 events are as recorded; c")
    tamper(owner_dsn, "INSERT INTO log.evidence VALUES (gen_random_uuid(), 1, 'x', 'y', 'z')")
    told = CliRunner().invoke(app, ["audit", dsn])
    assert told.exit_code == 1
    assert told.stdout.count("NOT AS RECORDED: evidence x") == 2
    assert told.stdout.endswith("2 differences in 0 events\n")
    counted = CliRunner().invoke(app, ["audit", dsn, "--json"])
    content = json.loads(counted.stdout)
    assert (counted.exit_code, content["found"], len(content["differences"])) == (1, 2, 2)


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        ("host=127.0.0.1 port=1 connect_timeout=2 dbname=x", "does not answer"),
        ("no DSN with secret", "cannot be read"),
    ],
)
def test_a_store_that_cannot_be_read_is_told_in_a_sentence(dsn: str, words: str) -> None:
    told = CliRunner().invoke(app, ["audit", dsn])
    assert (told.exit_code, told.stdout) == (2, "")
    assert words in told.stderr
    assert "secret" not in told.stderr
    assert "Traceback" not in told.stderr


def test_a_database_without_a_log_is_told(empty_database: str) -> None:
    told = CliRunner().invoke(app, ["audit", empty_database])
    assert (told.exit_code, "no log in this database" in told.stderr) == (2, True)
